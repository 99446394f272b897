// A whole, small core on its ports: bus accesses in every cycle of a sample, streams that stop or go wrong, moved samples.
#include <Vcore.h>
#include <Vcore_unlocked.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "contract.hpp"
#include "port_bench.hpp"
#include "width.hpp"

namespace wuxing::test {
namespace {

constexpr std::uint32_t kStatus = 0x04, kLayersInUse = 0x05, kEta = 0x07, kRandom = 0x0A, kFrame = 0x16, kShift = 0x17;

/// 8-3-2, with weights, K and R that make every event count. Written again before each race.
constexpr std::uint32_t word(int high, int low) {
    return static_cast<std::uint32_t>(high) << 16 | static_cast<std::uint32_t>(low);
}
template <class Model>
void load(PortBench<Model>& bench, const std::vector<Access>& first) {
    std::vector<Access> writes{{"", true, 0x20, word(3, 8)}, {"", true, 0x21, word(0, 2)},
                               {"", true, 0x22, 0},          {"", true, 0x24, word(2, 3)},
                               {"", true, 0x25, word(2, 1)}, {"", true, 0x26, 16},
                               {"", true, kLayersInUse, 2},  {"", true, 0x06, 4},
                               {"", true, kEta, 30000},      {"", true, 0x08, 4096},
                               {"", true, 0x09, 0xFFFFFCCD}, {"", true, kRandom, 0x2545F491},
                               {"", true, 0x10, 0},          {"", true, kFrame, word(2, 4)},
                               {"", true, kShift, 0}};
    std::uint32_t r = 88172645;
    for (int tile = 0; tile < kCoreTiles; ++tile) {
        for (int w = 0; w < kCoreDepth; ++w) {
            r = xorshift32(r);
            writes.push_back({"", true, core_weight(tile, w), (r & 0x7FFF) - 0x4000});
        }
        for (int slot = 0; slot < kCoreSlots; ++slot)
            for (int k = 0; k < 15; ++k)
                writes.push_back({"", true, core_parameter(tile, slot, k), k < 5 ? 4096u : k < 10 ? 1536u : 2560u});
    }
    writes.insert(writes.end(), first.begin(), first.end());
    for (const Access& a : writes)
        if (!bench.access(a)) FAIL("the set-up is refused at " << std::hex << a.address);
}

const std::vector<PortBeat> kSample{pixel_beat(1, 200), pixel_beat(4, 0), pixel_beat(5, 90), pixel_beat(7, 255),
                                    end_beat(1, true)};

/// An access, and what is written before it so that it makes a difference.
struct RaceCase {
    Access access;
    std::vector<Access> before;
    bool refused = false;  ///< also while no sample is in work
};
const std::vector<RaceCase> kRaces{
    {{"LAYERS 0 to 2", true, kLayersInUse, 2}, {{"", true, kLayersInUse, 0}}},
    {{"LAYERS 2 to 0", true, kLayersInUse, 0}, {}},
    {{"more inputs", true, 0x20, word(3, 8)}, {{"", true, 0x20, word(3, 1)}}},
    {{"fewer inputs", true, 0x20, word(3, 1)}, {}},
    {{"SHIFT on", true, kShift, 1}, {}},
    {{"SHIFT off", true, kShift, 0}, {{"", true, kShift, 1}}},
    {{"SHIFT far", true, kShift, 7}, {{"", true, kShift, 2}}},
    {{"FRAME", true, kFrame, word(4, 2)}, {{"", true, kShift, 1}}},
    {{"R", true, kRandom, 0xDEADBEEF}, {}},
    {{"R of a moved sample", true, kRandom, 0x00010000}, {{"", true, kShift, 1}}},
    {{"STEPS", true, 0x06, 3}, {}},
    {{"ETA", true, kEta, 0}, {}},
    {{"TARGET_ON", true, 0x08, 8192}, {}},
    {{"TARGET_OFF", true, 0x09, 0}, {}},
    {{"ROUNDING", true, 0x10, 1}, {}},
    {{"slots", true, 0x21, word(1, 2)}, {}},
    {{"weights' place", true, 0x22, 1}, {}},
    {{"STATUS cleared", true, kStatus, 0}, {}},
    {{"weight", true, core_weight(0, 1), 12345}, {}},
    {{"last weight", true, core_weight(1, 7), 54321}, {}},
    {{"K", true, core_parameter(1, 0, 0), 5000}, {}},
    {{"weight read", false, core_weight(0, 5), 0}, {}},
    {{"K read", false, core_parameter(0, 1, 7), 0}, {}},
    {{"line read", false, 0x24, 0}, {}},
    {{"ID read", false, 0x00, 0}, {}},
    {{"ETA read", false, kEta, 0}, {}},
    {{"steps out of range", true, 0x06, 16}, {}, true},
    {{"weight beyond the memory", true, core_weight(0, kCoreDepth), 1}, {}, true},
    {{"no register", false, 0x30, 0}, {}, true},
};

/// What a core makes of it one after the other.
struct Sequential {
    PortRun run;
    std::vector<std::optional<std::uint32_t>> state;
    std::optional<std::uint32_t> read;
};
enum class Order { access_first, sample_first, sample_alone };

template <class Model>
Sequential one_after_the_other(PortBench<Model>& bench, const RaceCase& race, Order order) {
    Sequential s;
    bench.reset();
    load(bench, race.before);
    if (order == Order::access_first) s.read = bench.access(race.access);
    s.run = bench.run(kSample, 0, nullptr, 0, {});
    if (order == Order::sample_first) s.read = bench.access(race.access);
    s.state = bench.dump();
    return s;
}

struct RaceCounts {
    int before = 0, after = 0, refused = 0, during = 0;
};

/// Every access at every offset of the first beat to it, in cycles: differences go to `tally`.
template <class Model, class Offsets>
void race_all(std::size_t races, Offsets offsets, int stalls, Tally& tally, RaceCounts& counts) {
    PortBench<Model> bench(1);
    for (std::size_t n = 0; n < races; ++n) {
        const RaceCase& race = kRaces[n];
        std::map<Order, Sequential> expected;
        for (const Order order : {Order::access_first, Order::sample_first, Order::sample_alone})
            expected[order] = one_after_the_other(bench, race, order);
        for (const int offset : offsets(n, expected[Order::sample_alone].run)) {
            for (int stall = 0; stall < stalls; ++stall) {
                bench.reset();
                load(bench, race.before);
                constexpr int kStart = 3;
                const PortRun run =
                    bench.run(kSample, kStart + std::max(offset, 0), &race.access, kStart + std::max(-offset, 0),
                              stall == 0 ? Pauses{} : Pauses{bench.cases.between(0, 6), bench.cases.between(0, 6)});
                const auto where = [&] {
                    return std::string(race.access.name) + ", beats from " + std::to_string(offset) +
                           " cycles after the access, pauses " + std::to_string(stall);
                };
                tally.holds(run.finished && run.answered, where);
                tally.equal(run.beats, static_cast<int>(kSample.size()), where);
                // Accepted: all of it before the sample, or all of it after. Refused: it was never there.
                Order order = Order::sample_alone;
                // A line of the layer table is the host's only while no sample is in work, like the memories.
                if (run.accepted && (race.access.write || race.access.address >= 0x20))
                    order = run.answer_cycle > run.result_cycle ? Order::sample_first : Order::access_first;
                else if (run.accepted)
                    order = Order::access_first;  // registers are read at any time, and these do not change
                const Sequential& s = expected[order];
                tally.equal(run.result, s.run.result, where);
                tally.holds(run.records == s.run.records, [&] { return where() + ": records"; });
                const auto state = bench.dump();
                tally.holds(state == s.state, [&] {
                    std::size_t first = 0;
                    while (first < state.size() && state[first] == s.state[first]) ++first;
                    return where() + ": state afterwards, word " + std::to_string(first) + " of the dump is " +
                           std::to_string(state[first].value_or(0)) + ", not " + std::to_string(s.state[first].value_or(0));
                });
                if (run.accepted && !race.access.write)
                    tally.holds(s.read && *s.read == run.read, [&] {
                        std::ostringstream text;
                        text << where() << ": read 0x" << std::hex << run.read << " instead of 0x" << s.read.value_or(0)
                             << std::dec << ", answer in cycle " << run.answer_cycle << ", result in " << run.result_cycle;
                        return text.str();
                    });
                if (race.refused) tally.holds(!run.accepted, where);
                // An access that was seen before the first beat is not refused for the sample's sake.
                if (!race.refused && offset > 0) tally.holds(run.accepted && run.answer_cycle < run.first_beat, where);
                ++(!run.accepted ? counts.refused : order == Order::access_first ? counts.before : counts.after);
                counts.during += run.answer_cycle > run.first_beat && run.answer_cycle < run.result_cycle;
            }
        }
    }
}

std::vector<int> around_the_first_beat(std::size_t, const PortRun&) {
    std::vector<int> offsets(19);
    std::iota(offsets.begin(), offsets.end(), -9);
    return offsets;
}

/// One in seven cycles, each access others, to beyond the result.
std::vector<int> throughout_the_sample(std::size_t race, const PortRun& sample) {
    std::vector<int> offsets;
    for (int cycle = static_cast<int>(race % 7); cycle < sample.result_cycle + 8; cycle += 7) offsets.push_back(-cycle);
    return offsets;
}

}  // namespace

TEST_CASE(
    "core: an access comes before a sample or after it, whatever its distance to the first beat, nothing is lost") {
    Tally tally;
    RaceCounts counts;
    race_all<Vcore>(kRaces.size(), around_the_first_beat, 4, tally, counts);
    CHECK(counts.before > 500);
    CHECK(counts.refused > 500);
    CHECK(counts.during > 500);
    tally.finish(29 * 19 * 4 * 5);
}

TEST_CASE("core: an access in any cycle of a sample is refused, or waits, or makes no difference to it") {
    Tally tally;
    RaceCounts counts;
    race_all<Vcore>(kRaces.size(), throughout_the_sample, 2, tally, counts);
    CHECK(counts.after > 20);
    CHECK(counts.refused > 2000);
    CHECK(counts.during > 2000);
    tally.finish(29 * 40 * 2 * 5);
}

TEST_CASE("core: a stream that stops amid a sample holds nothing up, and goes on where it stopped") {
    Tally tally;
    PortBench<Vcore> bench(2);
    const Sequential whole = one_after_the_other(bench, RaceCase{}, Order::sample_alone);
    for (std::size_t beats = 1; beats < kSample.size(); ++beats) {
        const auto where = [&] { return "stopped after beat " + std::to_string(beats); };
        bench.reset();
        load(bench, {});
        const auto middle = kSample.begin() + static_cast<std::ptrdiff_t>(beats);
        const PortRun begun = bench.run({kSample.begin(), middle}, 0, nullptr, 0, {}, 300);
        tally.holds(!begun.finished && begun.beats == static_cast<int>(beats) && begun.records.empty(), where);
        tally.holds(bench.read(kStatus) == 1u && bench.read(kEta) == 30000u, [&] { return where() + ": registers"; });
        for (const RaceCase& race : kRaces) {
            const bool served = !race.access.write && race.access.address < 0x20;
            tally.holds(bench.access(race.access).has_value() == served, [&] { return where() + ": " + race.access.name; });
        }
        const PortRun rest = bench.run({middle, kSample.end()}, 0, nullptr, 0, {});
        tally.equal(rest.result, whole.run.result, where);
        tally.holds(rest.records == whole.run.records, [&] { return where() + ": records"; });
        tally.holds(bench.dump() == whole.state, [&] { return where() + ": state afterwards"; });
    }
    tally.finish(4 * (5 + 29));
}

TEST_CASE("core: samples without their end, of too many beats, of none, one after the other, and then a sound one") {
    Tally tally;
    PortBench<Vcore> bench(4);
    const auto malformed = [](SampleError error, int label) {
        return 0xFFFFu | static_cast<std::uint64_t>(label) << 16 | static_cast<std::uint64_t>(result_status(false, error)) << 48;
    };
    const std::vector<PortBeat> no_end(kSample.begin(), kSample.end() - 1);
    std::vector<PortBeat> two_in_one = no_end, endless(3000, pixel_beat(3, 7)), one_pixel_too_many = no_end;
    two_in_one.insert(two_in_one.end(), kSample.begin(), kSample.end());
    endless.push_back(end_beat(1, true));
    one_pixel_too_many.insert(one_pixel_too_many.end(), {pixel_beat(8, 1), end_beat(1, true)});
    const std::vector<std::pair<std::vector<PortBeat>, std::uint64_t>> bad{
        {two_in_one, malformed(SampleError::bad_order, 1)},
        {endless, malformed(SampleError::bad_order, 1)},
        {one_pixel_too_many, malformed(SampleError::bad_index, 1)},
        {{pixel_beat(65535, 255), end_beat(1, true)}, malformed(SampleError::bad_index, 1)},
        {{end_beat(2, true)}, malformed(SampleError::bad_label, 2)},
        {{pixel_beat(1, 9), end_beat(65535, true)}, malformed(SampleError::bad_label, 65535)}};
    const Sequential sound = one_after_the_other(bench, RaceCase{}, Order::sample_alone);
    for (int pauses = 0; pauses <= 6; pauses += 3) {
        bench.reset();
        load(bench, {});
        const auto before = bench.dump();
        for (std::size_t n = 0; n < bad.size(); ++n) {
            const auto where = [&] { return "malformed sample " + std::to_string(n) + ", pauses " + std::to_string(pauses); };
            const PortRun run = bench.run(bad[n].first, 0, nullptr, 0, Pauses{pauses, pauses});
            tally.holds(run.finished && run.beats == static_cast<int>(bad[n].first.size()), where);
            tally.equal(run.result, bad[n].second, where);
            tally.equal(run.records.size(), 0u, where);
            tally.equal(bench.read(kStatus).value_or(0), static_cast<std::uint32_t>(bad[n].second >> 48), where);
            bench.write(kStatus, 0);
        }
        auto after = bench.dump();
        tally.equal(after[kDumpSamples].value_or(0), bad.size(), [] { return "SAMPLES"; });
        after[kDumpSamples] = before[kDumpSamples];
        tally.holds(after == before, [] { return "memories and registers after malformed samples"; });
        const PortRun good = bench.run(kSample, 0, nullptr, 0, Pauses{pauses, pauses});
        tally.equal(good.result, sound.run.result, [] { return "sound sample"; });
        tally.holds(good.records == sound.run.records, [] { return "records of the sound sample"; });
    }
    tally.finish(3 * (6 * 4 + 4));
}

TEST_CASE("core: in any cycle of a sample the host reads that it is in work, writes nothing, and changes nothing") {
    const Access status{"STATUS", false, kStatus, 0}, steps{"STEPS", true, 0x06, 3};
    Tally tally;
    PortBench<Vcore> bench(4);
    load(bench, {});
    const PortRun alone = bench.run(kSample, 0, nullptr, 0, {});
    const auto state = bench.dump();
    int read = 0, refused = 0;
    for (int cycle = 2; cycle < alone.result_cycle; ++cycle) {
        bench.reset();
        load(bench, {});
        const Access& access = cycle % 2 == 0 ? status : steps;
        const PortRun run = bench.run(kSample, 0, &access, cycle, {0, 6});
        const auto where = [&] { return std::string(access.name) + " in cycle " + std::to_string(cycle); };
        tally.holds(run.finished && run.result == alone.result && run.records == alone.records, where);
        if (run.answer_cycle <= run.result_cycle) {
            tally.holds(access.write ? !run.accepted : run.accepted && (run.read & 1) == 1, where);
            ++(access.write ? refused : read);
        }
        if (cycle % 50 == 0) tally.holds(bench.dump() == state, where);
    }
    CHECK(read > 200);
    CHECK(refused > 200);
    tally.finish(1000);
}

TEST_CASE("core: an access that is reset, or given up while its word is fetched, leaves nothing behind") {
    const Access weight{"weight", false, core_weight(0, 5), 0};
    Tally tally;
    PortBench<Vcore> bench(5);
    load(bench, {});
    const auto word = bench.access(weight);
    for (int cycles = 1; cycles <= 4; ++cycles) {
        bench.run({}, 0, &weight, 0, {}, cycles);
        bench.run({}, 0, nullptr, 0, {}, 3);  // the master has let go
        tally.holds(word && bench.access(weight) == word, [&] { return "let go after " + std::to_string(cycles); });
        bench.run({}, 0, &weight, 0, {}, cycles);
        bench.reset();
        tally.holds(bench.read(kLayersInUse) == 0u, [&] { return "reset after " + std::to_string(cycles); });
        load(bench, {});
    }
    tally.finish(8);
}

TEST_CASE("core: a sequencer that takes beats while the host holds the core is found out") {
    Tally tally;
    RaceCounts counts;
    race_all<Vcore_unlocked>(10, around_the_first_beat, 4, tally, counts);
    CHECK(tally.differences() > 20);
}

namespace {

struct Pixel {
    int index, value;
};
struct MovedCase {
    int columns, rows, most;
    std::uint32_t random;
    std::vector<Pixel> pixels;
    int label;
    bool learn;
};

/// Section 9 for a core of one layer.
SampleError fault_of(const MovedCase& c) {
    int previous = -1;
    for (const Pixel& p : c.pixels) {
        if (p.index >= c.columns * c.rows) return SampleError::bad_index;
        if (p.index <= previous) return SampleError::bad_order;
        previous = p.index;
    }
    return c.learn && c.label >= 2 ? SampleError::bad_label : SampleError::ok;
}
std::vector<Pixel> moved(const MovedCase& c) {
    const std::int64_t ways = 2 * c.most + 1;
    const int dx = static_cast<int>((ways * (c.random % 65536)) >> 16) - c.most;
    const int dy = static_cast<int>((ways * (c.random / 65536)) >> 16) - c.most;
    std::vector<Pixel> result;
    for (const Pixel& p : c.pixels) {
        if (p.value == 0) continue;
        const int row = p.index / c.columns + dy, column = p.index % c.columns + dx;
        if (c.most > 0 && (row < 0 || row >= c.rows || column < 0 || column >= c.columns)) continue;
        result.push_back({c.most > 0 ? row * c.columns + column : p.index, p.value});
    }
    return result;
}

/// A layer of 16 inputs and 2 outputs; every weight its own.
int weight_of(int tile, int input) {
    return (input * 2 + tile) * 787 % 16384 - 8000;
}

void load_single(PortBench<Vcore>& bench) {
    for (int tile = 0; tile < kCoreTiles; ++tile) {
        for (int i = 0; i < 16; ++i) bench.write(core_weight(tile, i), static_cast<std::uint32_t>(weight_of(tile, i)));
        for (int k = 0; k < 15; ++k) bench.write(core_parameter(tile, 0, k), k < 5 ? 4096u : k < 10 ? 1536u : 2560u);
    }
    bench.write(0x06, 2);
    bench.write(kEta, 30000);
}

void configure(PortBench<Vcore>& bench, const MovedCase& c) {
    bool ok = bench.write(0x20, word(2, c.columns * c.rows)) && bench.write(0x21, word(0, 1)) && bench.write(0x22, 0) &&
              bench.write(kLayersInUse, 1);
    ok = ok && bench.write(kFrame, word(c.rows, c.columns)) &&
         bench.write(kShift, static_cast<std::uint32_t>(c.most)) &&
         bench.write(kRandom, c.random);  // last: the first beat may come right after it
    if (!ok) FAIL("the set-up is refused");
}

std::vector<PortBeat> beats_of(const MovedCase& c) {
    std::vector<PortBeat> beats;
    for (const Pixel& p : c.pixels) beats.push_back(pixel_beat(p.index, p.value));
    beats.push_back(end_beat(c.label, c.learn));
    return beats;
}

struct MovedCounts {
    int sound = 0, malformed = 0, dropped = 0, empty = 0, learnt = 0;
};

void check_moved(PortBench<Vcore>& bench, const MovedCase& c, Pauses pauses, Tally& tally, MovedCounts& counts) {
    const auto where = [&] {
        std::ostringstream text;
        text << "frame " << c.columns << " x " << c.rows << ", M " << c.most << ", R " << c.random << ", "
             << c.pixels.size() << " pixels, label " << c.label;
        return text.str();
    };
    configure(bench, c);
    const PortRun run = bench.run(beats_of(c), 0, nullptr, 0, pauses);
    tally.holds(run.finished, where);
    const SampleError fault = fault_of(c);
    const std::vector<Pixel> events = moved(c);
    const auto got_random = bench.read(kRandom);
    ++(fault == SampleError::ok ? counts.sound : counts.malformed);
    if (fault != SampleError::ok) {
        tally.equal(run.result,
                    0xFFFFu | static_cast<std::uint64_t>(c.label) << 16 |
                        static_cast<std::uint64_t>(result_status(false, fault)) << 48,
                    where);
        tally.equal(run.records.size(), 0u, where);
        tally.holds(got_random == c.random, [&] { return where() + ": R of a malformed sample"; });
        return;
    }
    counts.dropped += static_cast<int>(c.pixels.size() - events.size());
    counts.empty += events.empty();
    // Drives: the sum over the moved events.
    std::size_t drives = 0;
    std::vector<int> written;
    for (const PortRecord& r : run.records) {
        if (r.kind == 0) {
            std::int64_t sum = 0;
            for (const Pixel& p : events) sum += std::int64_t{weight_of(r.neuron, p.index)} * 16 * p.value;
            tally.equal(signed16(r.data[0] & 0xFFFF), kWidth16.rounded(sum), [&] { return where() + ": drive"; });
            ++drives;
        }
        if (r.kind == 3 && std::find(written.begin(), written.end(), r.input) == written.end())
            written.push_back(r.input);
    }
    tally.equal(drives, 2u, where);
    // Updates go over the moved events, and R one word an event beyond the sample's own.
    std::uint32_t random = c.most > 0 ? xorshift32(c.random) : c.random;
    if (!written.empty()) {
        ++counts.learnt;
        std::vector<int> indices;
        for (const Pixel& p : events) {
            indices.push_back(p.index);
            random = xorshift32(random);
        }
        tally.holds(written == indices, [&] { return where() + ": inputs of weight writes"; });
    }
    tally.holds(got_random == random, [&] { return where() + ": R"; });
    // One beat a cycle, and one cycle a row down to that of the last event; the first one waits for the distances at least.
    if (pauses.source == 0) {
        int row = 0, waits = 0;
        bool any = false;
        for (const Pixel& p : c.pixels) {
            if (p.value == 0 || c.most == 0) continue;
            const int rows = p.index / c.columns - row;
            waits += any ? rows : std::max(rows, 2 * (2 * c.most + 1));
            row += rows;
            any = true;
        }
        tally.equal(run.end_beat - run.first_beat, static_cast<int>(c.pixels.size()) + waits,
                    [&] { return where() + ": cycles of the receive phase"; });
    }
}

MovedCase random_case(Cases& cases) {
    constexpr std::array<std::array<int, 2>, 9> kFrames{
        {{4, 4}, {16, 1}, {1, 16}, {8, 2}, {2, 8}, {5, 3}, {3, 5}, {1, 1}, {2, 2}}};
    MovedCase c;
    const auto& frame = kFrames[cases.bits() % kFrames.size()];
    c.columns = frame[0];
    c.rows = frame[1];
    c.most = cases.one_in(6) ? 0 : cases.one_in(2) ? 1 : cases.between(1, 7);
    do c.random = cases.bits();
    while (c.random == 0);
    const int inputs = c.columns * c.rows;
    for (int i = 0; i < inputs; ++i)
        if (!cases.one_in(3)) c.pixels.push_back({i, cases.one_in(4) ? 0 : cases.between(1, 255)});
    if (cases.one_in(8)) c.pixels.clear();
    c.label = cases.between(0, 1);
    c.learn = cases.one_in(2);
    switch (cases.between(0, 15)) {  // malformed at any place
        case 0:
            c.pixels.insert(c.pixels.begin() + cases.between(0, static_cast<int>(c.pixels.size())),
                            {inputs + cases.between(0, 3), 9});
            break;
        case 1:
            if (!c.pixels.empty()) c.pixels.push_back({cases.between(0, c.pixels.back().index), 9});
            break;
        case 2:
            c.label = cases.between(2, 65535);
            break;
        default:
            break;
    }
    return c;
}

}  // namespace

TEST_CASE("core: moved samples, sound and malformed, learning or not, R once a sound sample, cycles") {
    Tally tally;
    MovedCounts counts;
    for (int seed = 1; seed <= 2; ++seed) {
        PortBench<Vcore> bench(seed);
        for (int n = 0; n < 1500; ++n) {
            load_single(bench);
            const MovedCase c = random_case(bench.cases);
            check_moved(bench, c,
                        bench.cases.one_in(2) ? Pauses{} : Pauses{bench.cases.between(0, 6), bench.cases.between(0, 6)},
                        tally, counts);
        }
    }
    CHECK(counts.sound > 2000);
    CHECK(counts.malformed > 200);
    CHECK(counts.dropped > 1000);
    CHECK(counts.empty > 100);
    CHECK(counts.learnt > 200);
    tally.finish(3000 * 4);
}

TEST_CASE("core: a reset in any cycle of a moved sample leaves nothing behind") {
    Tally tally;
    MovedCounts counts;
    PortBench<Vcore> bench(3);
    MovedCase c;
    c.columns = c.rows = 4;
    c.most = 1;
    c.random = 0xC0000001;
    c.pixels = {{0, 5}, {3, 7}, {4, 0}, {9, 200}, {15, 255}};
    c.label = 1;
    c.learn = true;
    for (int cycle = 0; cycle < 80; ++cycle) {
        load_single(bench);
        configure(bench, c);
        bench.run(beats_of(c), 0, nullptr, 0, {}, cycle);
        bench.reset();
        tally.holds(bench.read(kShift) == 0u && bench.read(kFrame) == 0u && bench.read(kRandom) == 1u,
                    [&] { return "registers after a reset in cycle " + std::to_string(cycle); });
        load_single(bench);
        check_moved(bench, c, {}, tally, counts);
    }
    CHECK(counts.sound == 80);
    tally.finish(80 * 6);
}

}  // namespace wuxing::test
