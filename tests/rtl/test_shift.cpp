// Moved samples: the shift block against section 9 of the contract, event by event and cycle by cycle.
#include <Vshift.h>
#include <Vshift12.h>
#include <Vshift4.h>

#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"

namespace wuxing::test {
namespace {

struct Event {
    int index, x;
};
struct Frame {
    int columns, rows, most;
};

/// Section 9, line by line.
struct Distance {
    int dx, dy;
};
Distance distance(const Frame& frame, std::uint32_t random) {
    const std::int64_t ways = 2 * frame.most + 1;
    return {static_cast<int>((ways * (random % 65536)) >> 16) - frame.most,
            static_cast<int>((ways * (random / 65536)) >> 16) - frame.most};
}
std::optional<int> moved(const Frame& frame, std::uint32_t random, int index) {
    if (frame.most == 0) return index;
    const auto [dx, dy] = distance(frame, random);
    const int row = index / frame.columns, column = index % frame.columns;
    if (row + dy < 0 || row + dy >= frame.rows || column + dx < 0 || column + dx >= frame.columns) return {};
    return index + dy * frame.columns + dx;
}

template <class Model>
struct ShiftTraits;
template <>
struct ShiftTraits<Vshift> {
    static constexpr int kIndexWidth = 10;
};
template <>
struct ShiftTraits<Vshift12> {
    static constexpr int kIndexWidth = 12;
};
template <>
struct ShiftTraits<Vshift4> {
    static constexpr int kIndexWidth = 4;
};

struct ShiftCounts {
    int kept = 0, dropped = 0, steps = 0, waits = 0, resets = 0;
    std::array<int, 15> dx{}, dy{};
};

template <class Model>
class ShiftBench {
public:
    ShiftBench(int seed, Tally& tally, Cases& cases) : dut_(seed), tally_(tally), cases_(cases) {
        dut_->store_i = dut_->idle_i = 0;
        configure({0, 0, 0}, 1);
        dut_.reset();
        tally_.equal(dut_->hold_o + dut_->store_o, 0, [] { return "after reset"; });
    }

    void configure(const Frame& frame, std::uint32_t random) {
        frame_ = frame;
        random_ = random;
        set(dut_->columns_i, frame.columns);
        set(dut_->rows_i, frame.rows);
        set(dut_->most_i, frame.most);
        dut_->random_i = random;
    }

    /// One sample, its settings made in the cycle before the first beat. `gaps`: beats that are no events, and pauses.
    /// With `reset_after` the sample ends there with a reset.
    void play(const Frame& frame, std::uint32_t random, const std::vector<Event>& events, bool gaps,
              ShiftCounts& counts, int reset_after = -1) {
        configure(frame, random);
        idle_ = true;
        cycle({});
        const Distance by = distance(frame, random);
        if (frame.most > 0) {
            ++counts.dx[static_cast<std::size_t>(by.dx + 7)];
            ++counts.dy[static_cast<std::size_t>(by.dy + 7)];
        }
        int row = 0, cycles = 0;
        // The distances are counted while the first event waits: 2M + 1 cycles for each of the two, the rows at the same time.
        int counting = frame.most == 0 ? 0 : 2 * (2 * frame.most + 1);
        const auto ended = [&] { return reset_after >= 0 && cycles++ == reset_after; };
        for (const Event& event : events) {
            while (gaps && cases_.one_in(3)) {
                if (ended()) return reset(counts);
                cycle({});  // also a first beat that is no event: the sample has begun
                idle_ = false;
            }
            if (ended()) return reset(counts);
            cycle(event);
            idle_ = false;
            // Now it is here: one cycle for every row that it lies below the last, and not before the distances.
            const int its_row = frame.most == 0 ? 0 : event.index / frame.columns;
            for (; row < its_row || counting > 0; counts.waits += counting > 0, --counting) {
                if (row < its_row) {
                    ++row;
                    ++counts.steps;
                }
                expect_hold_ = true;
                if (ended()) return reset(counts);
                cycle({});
            }
            expect_hold_ = false;
            const auto to = moved(frame, random, event.index);
            ++(to ? counts.kept : counts.dropped);
            if (to) expected_ = Event{*to, event.x};
        }
        cycle({});  // the end mark
        idle_ = false;
        for (int n = cases_.between(0, 3); n > 0; --n) cycle({});
    }

private:
    void reset(ShiftCounts& counts) {
        dut_->store_i = 0;
        dut_.reset();
        tally_.equal(dut_->hold_o + dut_->store_o, 0, [] { return "event after a reset"; });
        expected_.reset();
        expect_hold_ = false;
        ++counts.resets;
    }

    /// What is seen in this cycle belongs to the event of the one before; `event` arrives at its end.
    void cycle(const std::optional<Event>& event) {
        const auto where = [&] {
            return "frame " + std::to_string(frame_.columns) + " x " + std::to_string(frame_.rows) + ", M " +
                   std::to_string(frame_.most) + ", R " + std::to_string(random_) + ", cycle " +
                   std::to_string(dut_.cycles());
        };
        dut_->idle_i = idle_;
        dut_->store_i = event.has_value();
        set(dut_->index_i, event ? event->index : static_cast<int>(cases_.bits()), ShiftTraits<Model>::kIndexWidth);
        set(dut_->x_i, event ? event->x : static_cast<int>(cases_.bits()));
        dut_.settle();
        tally_.equal(dut_->hold_o, expect_hold_, where);
        tally_.equal(dut_->store_o, expected_.has_value(), where);
        if (expected_ && dut_->store_o) {
            tally_.equal(dut_->index_o, expected_->index, where);
            tally_.equal(signed16(dut_->x_o), expected_->x, where);
        }
        expected_.reset();
        dut_.tick();
    }

    Device<Model> dut_;
    Tally& tally_;
    Cases& cases_;
    Frame frame_{};
    std::uint32_t random_ = 1;
    bool idle_ = true, expect_hold_ = false;
    std::optional<Event> expected_;
};

/// Halves of R at which the distance steps from one value to the next, and those before.
std::vector<std::uint32_t> edges(int most) {
    std::vector<std::uint32_t> result{0, 65535};
    const int ways = 2 * most + 1;
    for (int k = 1; k < ways; ++k) {
        const int first = (65536 * k + ways - 1) / ways;
        result.push_back(static_cast<std::uint32_t>(first));
        result.push_back(static_cast<std::uint32_t>(first - 1));
    }
    return result;
}

std::vector<Event> every_pixel(int inputs) {
    std::vector<Event> events;
    for (int i = 0; i < inputs; ++i) events.push_back({i, 16 * (1 + i % 255)});
    return events;
}

}  // namespace

TEMPLATE_TEST_CASE("shift: every pixel of frames of all shapes, every distance at the ends of its range of R", "",
                   Vshift4, Vshift, Vshift12) {
    constexpr int kMost = 1 << ShiftTraits<TestType>::kIndexWidth;
    Tally tally;
    Cases cases(160);
    ShiftCounts counts;
    ShiftBench<TestType> bench(1, tally, cases);
    std::vector<Frame> frames{{1, 1, 0},         {3, 2, 0},         {1, kMost, 0}, {kMost, 1, 0},
                              {4, kMost / 4, 0}, {kMost / 4, 4, 0}, {5, 3, 0}};
    if (kMost > 16) frames.insert(frames.end(), {{28, 28, 0}, {32, 32, 0}, {31, 33, 0}, {7, 9, 0}});
    for (Frame frame : frames) {
        const int inputs = frame.columns * frame.rows;
        for (frame.most = 0; frame.most <= 7; ++frame.most) {
            // All pixels for a few distances of large frames, a few pixels for all of them.
            const auto halves = edges(frame.most);
            for (std::size_t k = 0; k < halves.size(); ++k) {
                const std::uint32_t other = halves[(k * 7 + 3) % halves.size()];
                bench.play(frame, other << 16 | halves[k], every_pixel(std::min(inputs, k < 3 ? inputs : 120)), false,
                           counts);
                std::vector<Event> corners;
                for (int i = 0; i < inputs; ++i) {
                    const int row = i / frame.columns, column = i % frame.columns;
                    const bool left = column < 9 || column >= frame.columns - 9, top = row < 9 || row >= frame.rows - 9;
                    if (left && top && cases.one_in(1 + inputs / 400)) corners.push_back({i, 16});
                }
                bench.play(frame, halves[k] << 16 | other, corners, cases.one_in(2), counts);
            }
        }
    }
    for (std::size_t d = 0; d < 15; ++d) {
        INFO("distance " << static_cast<int>(d) - 7);
        CHECK(counts.dx[d] > 10);
        CHECK(counts.dy[d] > 10);
    }
    CHECK(counts.kept > 2000);
    CHECK(counts.dropped > 2000);
    CHECK(counts.steps > 1000);
    CHECK(counts.waits > 1000);
    tally.finish(50000);
}

TEMPLATE_TEST_CASE("shift: random frames, R, events and pauses, reset in any cycle, empty samples", "", Vshift4, Vshift,
                   Vshift12) {
    constexpr int kMost = 1 << ShiftTraits<TestType>::kIndexWidth;
    Tally tally;
    ShiftCounts counts;
    for (int seed = 1; seed <= 3; ++seed) {
        Cases cases(170u + static_cast<std::uint32_t>(seed));
        ShiftBench<TestType> bench(seed, tally, cases);
        for (int n = 0; n < 2500; ++n) {
            Frame frame;
            frame.columns = cases.one_in(3) ? cases.between(1, std::min(8, kMost)) : cases.between(1, kMost);
            frame.rows = cases.between(1, kMost / frame.columns);
            frame.most = cases.one_in(6) ? 0 : cases.between(1, 7);
            const int inputs = frame.columns * frame.rows;
            if (frame.most == 0 && cases.one_in(2)) frame.columns = frame.rows = 0;  // as after reset
            std::vector<Event> events;
            const int sparse = cases.one_in(8) ? inputs : 1 + inputs / cases.between(1, 30);
            for (int i = cases.between(0, sparse); i < inputs; i += cases.between(1, sparse))
                events.push_back({i, 16 * cases.between(1, 255)});
            bench.play(frame, cases.bits(), events, cases.one_in(2), counts,
                       cases.one_in(4) ? cases.between(0, 2 * static_cast<int>(events.size()) + 20) : -1);
        }
    }
    CHECK(counts.kept > 5000);
    CHECK(counts.dropped > 5000);
    CHECK(counts.steps > 5000);
    CHECK(counts.waits > 5000);
    CHECK(counts.resets > 300);
    tally.finish(100000);
}

}  // namespace wuxing::test
