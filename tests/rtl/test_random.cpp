// The random word R: its sequence, and what set, rewind, mark, step and reset do together.
#include <Vrandom.h>

#include <array>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"

namespace wuxing::test {
namespace {

void command(Device<Vrandom>& dut, bool set_state, std::uint32_t value, bool mark, bool rewind, bool step) {
    dut->set_i = set_state;
    dut->value_i = value;
    dut->mark_i = mark;
    dut->rewind_i = rewind;
    dut->step_i = step;
    dut.tick();
}

Device<Vrandom> started(int seed = 1) {
    Device<Vrandom> dut(seed);
    dut->set_i = dut->mark_i = dut->rewind_i = dut->step_i = 0;
    dut->value_i = 0;
    dut.reset();
    return dut;
}

}  // namespace

TEST_CASE("random block: R is 1 after reset and follows Marsaglia's xorshift32") {
    Tally tally;
    for (int seed = 1; seed <= 4; ++seed) {
        auto dut = started(seed);
        tally.equal(dut->state_o, 1u, [] { return "after reset"; });
        // The published start of the sequence from 1, not computed by anything in this repository.
        for (const std::uint32_t expected : {270369u, 67634689u, 2647435461u, 307599695u}) {
            command(dut, false, 0, false, false, true);
            tally.equal(dut->state_o, expected, [] { return "sequence from 1"; });
        }
        command(dut, true, 77, false, false, false);  // on its way when the reset comes
        dut.reset();
        command(dut, false, 0, false, false, false);
        tally.equal(dut->state_o, 1u, [] { return "after the second reset"; });
    }
    auto dut = started();
    for (const std::uint32_t start : {1u, 2u, 0x80000000u, 0xFFFFFFFFu, 0x12345678u, 0x00080000u, 0x00007FFFu}) {
        command(dut, true, start, false, false, false);
        command(dut, false, ~start, false, false, false);  // it arrives two cycles after
        std::uint32_t expected = start;
        tally.equal(dut->state_o, expected, [] { return "set"; });
        for (int n = 0; n < 20000; ++n) {
            expected = xorshift32(expected);
            command(dut, false, 0, false, false, true);
            tally.equal(dut->state_o, expected, [&] { return "step " + std::to_string(n); });
        }
    }
    tally.finish(7 * 20000);
}

TEST_CASE("random block: a word that is set arrives two cycles after, before rewind before step, a mark keeps the state") {
    Tally tally;
    auto dut = started();
    Cases cases(21);
    std::uint32_t state = 1, mark = 0;
    bool marked = false, arrives = false;
    std::array<int, 16> met{};
    for (int n = 0; n < 200000; ++n) {
        const bool set_state = cases.one_in(8), do_mark = cases.one_in(3), step = cases.one_in(2);
        const bool rewind = marked && cases.one_in(4);
        const std::uint32_t value = cases.bits();
        command(dut, set_state, value, do_mark, rewind, step);
        const std::uint32_t before = state;
        // What the host sets is kept like a mark, and taken from there in the next cycle.
        if (arrives || rewind) {
            state = mark;
        } else if (step) {
            state = xorshift32(state);
        }
        if (set_state) {
            mark = value;
        } else if (do_mark) {
            mark = before;
        }
        arrives = set_state;
        marked = marked || do_mark || set_state;
        ++met[static_cast<std::size_t>(set_state * 8 + do_mark * 4 + rewind * 2 + step)];
        tally.equal(dut->state_o, state, [&] {
            return "cycle " + std::to_string(n) + " set " + std::to_string(set_state) + " mark " +
                   std::to_string(do_mark) + " rewind " + std::to_string(rewind) + " step " + std::to_string(step);
        });
    }
    for (const int count : met) CHECK(count > 100);
    tally.finish(200000);
}

TEST_CASE("random block: every pass over the events of a layer sees the words of the first") {
    Tally tally;
    auto dut = started();
    Cases cases(22);
    std::uint32_t state = 1;
    for (int layer = 0; layer < 200; ++layer) {
        command(dut, false, 0, true, false, false);
        const int events = cases.between(0, 40), passes = cases.between(1, 5);
        std::uint32_t end = state;
        for (int pass = 0; pass < passes; ++pass) {
            command(dut, false, 0, false, true, false);
            end = state;
            for (int n = 0; n < events; ++n) {
                while (cases.one_in(3)) command(dut, false, 0, false, false, false);
                end = xorshift32(end);
                command(dut, false, 0, false, false, true);
                tally.equal(dut->state_o, end, [&] { return "layer " + std::to_string(layer); });
            }
        }
        state = end;
    }
    tally.finish(8000);
}

}  // namespace wuxing::test
