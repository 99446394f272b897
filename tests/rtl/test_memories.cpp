// The two memories and the event memory.
#include <Vevents.h>
#include <Vram_dp.h>
#include <Vram_sp.h>

#include <array>
#include <optional>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"

namespace wuxing::test {
namespace {

constexpr int kDepth = 24;  // not a power of two
/// Nothing is known of a word before it is written: what may be anything is never compared.
using Word = std::optional<std::uint16_t>;

}  // namespace

TEST_CASE("single-port memory: a word written is read a cycle later and held, writes leave the read data alone") {
    Tally tally;
    for (int seed = 1; seed <= 4; ++seed) {
        Device<Vram_sp> dut(seed);
        Cases cases(40u + static_cast<std::uint32_t>(seed));
        std::array<Word, kDepth> memory{};
        Word read;
        for (int n = 0; n < 60000; ++n) {
            const bool enable = !cases.one_in(4), write = cases.one_in(2);
            const auto address = static_cast<std::size_t>(cases.between(0, kDepth - 1));
            const auto value = static_cast<std::uint16_t>(cases.word());
            dut->en_i = enable;
            dut->we_i = write;
            set(dut->addr_i, static_cast<int>(address));
            dut->wdata_i = value;
            dut.tick();
            if (enable && write) memory[address] = value;
            if (enable && !write) read = memory[address];
            if (read) tally.equal(dut->rdata_o, *read, [&] { return "cycle " + std::to_string(n); });
        }
    }
    tally.finish(4 * 50000);
}

TEST_CASE("dual-port memory: a read and a write each cycle, a new word read from the next cycle on") {
    Tally tally;
    for (int seed = 1; seed <= 4; ++seed) {
        Device<Vram_dp> dut(seed);
        Cases cases(50u + static_cast<std::uint32_t>(seed));
        std::array<Word, kDepth> memory{};
        std::size_t last = 0;
        for (int n = 0; n < 60000; ++n) {
            const auto waddr = static_cast<std::size_t>(cases.between(0, kDepth - 1));
            // Often the word just written; never, by contract, the word being written.
            auto raddr = cases.one_in(2) ? last : static_cast<std::size_t>(cases.between(0, kDepth - 1));
            if (raddr == waddr) raddr = (raddr + 1) % kDepth;
            const bool write = cases.one_in(2);
            const auto value = static_cast<std::uint16_t>(cases.word());
            set(dut->raddr_i, static_cast<int>(raddr));
            set(dut->waddr_i, static_cast<int>(waddr));
            dut->we_i = write;
            dut->wdata_i = value;
            dut.tick();
            const Word expected = memory[raddr];
            if (write) memory[waddr] = value;
            last = waddr;
            if (expected) tally.equal(dut->rdata_o, *expected, [&] { return "cycle " + std::to_string(n); });
        }
    }
    tally.finish(4 * 50000);
}

namespace {

struct StoredEvent {
    int index;
    std::int16_t x;
};

/// The event memory of three layers and 16 events (CMakeLists.txt).
class EventBench {
public:
    EventBench(int seed, Tally& tally) : dut_(seed), tally_(tally) {
        idle();
        dut_->layer_i = 0;
        dut_.reset();
        tally_.equal(dut_->valid_o, 0, [] { return "after reset"; });
    }

    void store(const StoredEvent& event) {
        dut_->store_i = 1;
        set(dut_->index_i, event.index);
        set(dut_->x_i, event.x);
        tick_idle();
    }
    /// The inputs of `layer` are complete; its replay begins.
    void close(int layer) {
        set(dut_->layer_i, layer);
        dut_->close_i = dut_->rewind_i = 1;
        tick_idle();
    }
    void rewind(int layer) {
        set(dut_->layer_i, layer);
        dut_->rewind_i = 1;
        tick_idle();
    }
    void clear() {
        dut_->clear_i = 1;
        tick_idle();
    }
    void pause() { tick_idle(); }

    /// Fetches all of a layer after a rewind, at every cycle or with gaps; a few requests too many change nothing.
    void replay(const std::vector<StoredEvent>& events, Cases& cases, bool gaps) {
        std::size_t next = 0;
        std::optional<StoredEvent> shown;
        for (int extra = 0; extra < 3;) {
            const bool issue = !gaps || cases.one_in(2);
            dut_->issue_i = issue;
            dut_.settle();
            tally_.equal(dut_->done_o, next == events.size(), [] { return "done"; });
            const bool fetch = issue && next < events.size();
            if (next == events.size()) ++extra;
            tick_idle();
            tally_.equal(dut_->valid_o, fetch, [] { return "valid"; });
            if (fetch) shown = events[next++];
            if (!shown) continue;
            tally_.equal(dut_->index_o, shown->index, [&] { return "index of event " + std::to_string(next - 1); });
            tally_.equal(signed16(dut_->x_o), shown->x, [&] { return "x of event " + std::to_string(next - 1); });
        }
    }

private:
    void idle() {
        dut_->clear_i = dut_->store_i = dut_->close_i = dut_->rewind_i = dut_->issue_i = 0;
        dut_->index_i = 0;
        dut_->x_i = 0;
    }
    void tick_idle() {
        dut_.tick();
        idle();
        dut_.settle();
    }

    Device<Vevents> dut_;
    Tally& tally_;
};

}  // namespace

TEST_CASE("event memory: each layer's events are replayed in order as often as wanted, full memory included") {
    Tally tally;
    Cases cases(60);
    for (int seed = 1; seed <= 3; ++seed) {
        EventBench bench(seed, tally);  // the first sample meets whatever the registers started with
        for (int sample = 0; sample < 700; ++sample) {
            std::array<std::vector<StoredEvent>, 3> layers;
            int room = 16;
            for (int l = 0; l < 3; ++l) {
                const int count = l == 2 && cases.one_in(2) ? room : std::min(room, cases.between(0, 9));
                room -= count;
                auto& events = layers[static_cast<std::size_t>(l)];
                for (int n = 0; n < count; ++n) {
                    while (cases.one_in(4)) bench.pause();
                    events.push_back({cases.between(0, 15), cases.word()});
                    bench.store(events.back());
                }
                bench.close(l);
                bench.replay(events, cases, false);
                for (int again = cases.between(0, 2); again > 0; --again) {
                    bench.rewind(l);
                    bench.replay(events, cases, true);
                }
            }
            // Updates replay the layers once more from the first on.
            for (int l = 0; l < 3; ++l) {
                bench.rewind(l);
                bench.replay(layers[static_cast<std::size_t>(l)], cases, cases.one_in(2));
            }
            bench.clear();
        }
    }
    tally.finish(3 * 700 * 100);
}

}  // namespace wuxing::test
