// The receiver against section 9 of the contract: what is stored, and the code of the first fault.
#include <Vreceiver.h>

#include <array>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"

namespace wuxing::test {
namespace {

struct Beat {
    int index, pixel;
};
struct Sample {
    bool configured = true;
    int inputs = 1;
    std::vector<Beat> beats;
    int label = 0;
    bool learn = false;
};

/// Section 9, a whole sample at a time: the faults of its first n beats, n = 0..all.
SampleError fault_of(const Sample& sample, std::size_t beats) {
    if (!sample.configured) return SampleError::not_ready;
    int previous = -1;
    for (std::size_t n = 0; n < beats; ++n) {
        const Beat& beat = sample.beats[n];
        if (beat.index >= sample.inputs) return SampleError::bad_index;
        if (beat.index <= previous) return SampleError::bad_order;
        previous = beat.index;
    }
    return SampleError::ok;
}

class ReceiverBench {
public:
    ReceiverBench(int seed, Tally& tally, Cases& cases) : dut_(seed), tally_(tally), cases_(cases) {
        dut_->enable_i = dut_->configured_i = dut_->smp_valid_i = dut_->smp_last_i = 0;
        dut_->inputs_i = 0;
        dut_->smp_data_i = 0;
        dut_.reset();
        tally_.equal(dut_->error_o, 0, [] { return "code after reset"; });
    }

    /// `gaps`: the source pauses and the core does not always take a beat.
    void play(const Sample& sample, bool gaps) {
        dut_->configured_i = sample.configured;
        set(dut_->inputs_i, sample.inputs);
        for (std::size_t n = 0; n <= sample.beats.size(); ++n) {
            const bool end = n == sample.beats.size();
            const auto where = [&] {
                return "beat " + std::to_string(n) + (end ? " (end mark)" : "") + " of " +
                       std::to_string(sample.beats.size()) + ", inputs " + std::to_string(sample.inputs) +
                       (end ? "" : ", index " + std::to_string(sample.beats[n].index));
            };
            while (gaps && cases_.one_in(3)) {
                const bool valid = cases_.one_in(2);
                offer(sample, n, valid, !valid && cases_.one_in(2), where);
            }
            offer(sample, n, true, true, where);
            const auto code = static_cast<int>(fault_of(sample, n + (end ? 0 : 1)));
            tally_.equal(dut_->error_o, code, where);
            if (code != 0) ++met_[static_cast<std::size_t>(code)];
        }
        tally_.equal(dut_->label_o, sample.label, [] { return "label"; });
        tally_.equal(dut_->learn_o, sample.learn, [] { return "learn flag"; });
    }

    const std::array<int, 5>& met() const { return met_; }

private:
    template <class Where>
    void offer(const Sample& sample, std::size_t n, bool valid, bool enable, Where where) {
        const bool end = n == sample.beats.size();
        // Bits without a meaning are anything.
        const std::uint32_t noise = cases_.bits();
        std::uint32_t data =
            static_cast<std::uint32_t>(sample.label) | (sample.learn ? 0x10000u : 0u) | (noise & 0xFFFE0000u);
        if (!end) {
            const Beat& beat = sample.beats[n];
            data = static_cast<std::uint32_t>(beat.index | beat.pixel << 16) | (noise & 0xFF000000u);
        }
        dut_->smp_valid_i = valid;
        dut_->smp_last_i = valid ? end : noise & 1;
        dut_->smp_data_i = valid ? data : noise;
        dut_->enable_i = enable;
        dut_.settle();
        const bool taken = valid && enable;
        const bool stored = taken && !end && fault_of(sample, n + 1) == SampleError::ok && sample.beats[n].pixel != 0;
        tally_.equal(dut_->smp_ready_o, enable, where);
        tally_.equal(dut_->beat_o, taken, where);
        tally_.equal(dut_->end_o, taken && end, where);
        tally_.equal(dut_->store_o, stored, where);
        if (stored) {
            tally_.equal(dut_->index_o, sample.beats[n].index, where);
            tally_.equal(signed16(dut_->x_o), 16 * sample.beats[n].pixel, where);
        }
        dut_.tick();
        dut_->smp_valid_i = 0;
        dut_->enable_i = 0;
        dut_.settle();
    }

    Device<Vreceiver> dut_;
    Tally& tally_;
    Cases& cases_;
    std::array<int, 5> met_{};
};

}  // namespace

TEST_CASE("receiver: all samples of up to three events over three inputs, good and bad, one after the other") {
    Tally tally;
    Cases cases(100);
    ReceiverBench bench(1, tally, cases);
    constexpr std::array<int, 3> kPixels{0, 1, 255};
    Sample sample;
    sample.inputs = 3;
    int label = 0;
    const auto play = [&] {
        sample.label = ++label & 0xFFFF;
        sample.learn = (label & 1) != 0;
        bench.play(sample, false);
    };
    // Beat number k: index 0..4 (two too high), pixel 0, 1 or 255.
    constexpr int kBeats = 15;
    const auto beat = [&](int k) { return Beat{k / 3, kPixels[static_cast<std::size_t>(k % 3)]}; };
    sample.beats = {};
    play();
    for (int a = 0; a < kBeats; ++a) {
        sample.beats = {beat(a)};
        play();
        for (int b = 0; b < kBeats; ++b) {
            sample.beats = {beat(a), beat(b)};
            play();
            for (int c = 0; c < kBeats; ++c) {
                sample.beats = {beat(a), beat(b), beat(c)};
                play();
            }
        }
    }
    tally.finish(15 * 15 * 15 * 4 * 5);
}

TEST_CASE("receiver: random streams with pauses, every code, the first fault is the one kept") {
    Tally tally;
    std::array<int, 5> met{};
    for (int seed = 1; seed <= 3; ++seed) {
        Cases cases(110u + static_cast<std::uint32_t>(seed));
        ReceiverBench bench(seed, tally, cases);
        for (int n = 0; n < 4000; ++n) {
            Sample sample;
            sample.configured = !cases.one_in(10);
            constexpr std::array<int, 8> kInputs{0, 1, 2, 5, 784, 1022, 1023, 1024};
            sample.inputs = kInputs[cases.bits() % kInputs.size()];
            sample.label = cases.between(0, 65535);
            sample.learn = cases.one_in(2);
            int index = -1;
            while (!cases.one_in(8)) {
                // Mostly the next few; sometimes the last allowed, the first forbidden, a repetition, a step back,
                // anything.
                index += cases.between(1, 4);
                const int previous = sample.beats.empty() ? 0 : sample.beats.back().index;
                switch (cases.between(0, 24)) {
                    case 0:
                        index = sample.inputs - 1;
                        break;
                    case 1:
                        index = sample.inputs;
                        break;
                    case 2:
                        index = previous;
                        break;
                    case 3:
                        index = previous - 1;
                        break;
                    case 4:
                        index = cases.between(0, 65535);
                        break;
                    case 5:
                        index = 65535;
                        break;
                    default:
                        break;
                }
                if (index < 0) index = 0;
                if (index > 65535) index = 65535;
                sample.beats.push_back({index, cases.one_in(4) ? 0 : cases.one_in(4) ? 255 : cases.between(1, 255)});
            }
            bench.play(sample, cases.one_in(2));
        }
        for (std::size_t code = 0; code < met.size(); ++code) met[code] += bench.met()[code];
    }
    CHECK(met[static_cast<std::size_t>(SampleError::bad_index)] > 1000);
    CHECK(met[static_cast<std::size_t>(SampleError::bad_order)] > 1000);
    CHECK(met[static_cast<std::size_t>(SampleError::not_ready)] > 1000);
    tally.finish(3 * 4000 * 8 * 5);
}

}  // namespace wuxing::test
