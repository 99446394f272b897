// The host's side of docs/link.md, written from that page alone: bytes on a line, frames, requests and what must be answered; and
// a stand-in for the core behind wuxing_link.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"

namespace wuxing::test {

using Bytes = std::vector<std::uint8_t>;

// ---- frames
inline std::uint16_t link_crc(const Bytes& bytes) {
    unsigned crc = 0xFFFF;
    for (const unsigned byte : bytes)
        for (int bit = 0; bit < 8; ++bit) {
            const bool one = ((crc ^ byte >> bit) & 1) != 0;
            crc = crc >> 1 ^ (one ? 0x8408u : 0u);
        }
    return static_cast<std::uint16_t>(~crc);
}
inline Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
inline Bytes with_fcs(const Bytes& payload) {
    const unsigned fcs = link_crc(payload);
    return payload + Bytes{static_cast<std::uint8_t>(fcs & 255), static_cast<std::uint8_t>(fcs >> 8)};
}
inline Bytes escaped(const Bytes& bytes) {
    Bytes out;
    for (const std::uint8_t b : bytes) {
        if (b == 0x7E || b == 0x7D) {
            out.push_back(0x7D);
            out.push_back(b ^ 0x20);
        } else {
            out.push_back(b);
        }
    }
    return out;
}
/// Without the opening flag.
inline Bytes frame_of(const Bytes& payload) {
    return escaped(with_fcs(payload)) + Bytes{0x7E};
}

/// Bytes to payloads; every frame that is not sound counts as bad.
struct Deframer {
    std::vector<Bytes> frames;
    int bad = 0;
    void byte(std::uint8_t b) {
        if (b == 0x7E) {
            if (!bytes_.empty()) finish();
            bytes_.clear();
            escape_ = false;
        } else if (b == 0x7D) {
            escape_ = true;
        } else {
            bytes_.push_back(escape_ ? b ^ 0x20 : b);
            escape_ = false;
        }
    }

private:
    void finish() {
        Bytes payload = bytes_;
        if (payload.size() >= 2) payload.resize(payload.size() - 2);
        if (escape_ || bytes_.size() < 4 || with_fcs(payload) != bytes_)
            ++bad;
        else
            frames.push_back(payload);
    }
    Bytes bytes_;
    bool escape_ = false;
};

// ---- the line to the board: levels with their lengths in clock cycles
class Line {
public:
    explicit Line(double bit) : bit_(bit) {}
    void level(bool high, double cycles) { segments_.push_back({high, cycles}); }
    void byte(std::uint8_t b, bool stop = true) {
        level(false, bit_);
        for (int n = 0; n < 8; ++n) level((b >> n & 1) != 0, bit_);
        level(stop, bit_);
    }
    void bytes(const Bytes& all) {
        for (const std::uint8_t b : all) byte(b);
    }
    void rest(double bits) { level(true, bits * bit_); }
    bool idle() const { return segments_.empty(); }
    bool next() {
        while (!segments_.empty() && segments_.front().second <= time_) {
            time_ -= segments_.front().second;
            segments_.pop_front();
        }
        if (segments_.empty()) {
            time_ = 0;
            return true;
        }
        time_ += 1;
        return segments_.front().first;
    }

private:
    double bit_, time_ = 0;
    std::deque<std::pair<bool, double>> segments_;
};

/// The line from the board: every cycle of a bit has its level, no byte is cut short.
class Listener {
public:
    Listener(int bit, Tally& tally) : bit_(bit), tally_(tally) {}
    Deframer deframer;
    int bytes = 0;
    void reset() {
        count_ = -1;
        deframer = {};
    }
    void cycle(bool level) {
        if (count_ < 0) {
            if (level) return;
            count_ = 0;
            byte_ = 0;
        }
        const int place = count_ / bit_;
        if (count_ % bit_ == 0) {
            first_ = level;
            if (place >= 1 && place <= 8) byte_ |= level ? 1u << (place - 1) : 0u;
            if (place == 9) tally_.holds(level, [] { return "stop bit of the board"; });
        } else if (level != first_) {
            tally_.holds(false, [] { return "a bit of the board changes"; });
        }
        if (++count_ < 10 * bit_) return;
        count_ = -1;
        ++bytes;
        deframer.byte(static_cast<std::uint8_t>(byte_));
    }

private:
    int bit_, count_ = -1;
    unsigned byte_ = 0;
    bool first_ = true;
    Tally& tally_;
};

// ---- what a board must answer
enum LinkStatus : std::uint8_t { kOk, kCorrupt, kLength, kUnknown, kSequence, kOverflow, kRefused };

struct Beat {
    bool last;
    std::uint32_t data;
    bool operator==(const Beat& o) const { return last == o.last && data == o.data; }
};

/// The core as the link sees it.
struct CoreState {
    std::map<std::uint32_t, std::uint32_t> words;
    std::vector<Beat> beats;
    int accesses = 0;
    static bool refused(std::uint32_t address) {
        return address >> 26 == 3 || (address >> 26 == 0 && (address & 0xF0) == 0x70) ||
               (address >> 26 == 2 && (address & 15) == 15);
    }
    std::uint32_t read(std::uint32_t address) const {
        const auto found = words.find(address);
        return found == words.end() ? address * 2654435761u ^ address >> 5 : found->second;
    }
    static std::uint64_t result(std::size_t beats, const Beat& mark) {
        return (0x9E3779B97F4A7C15u * (beats + 7)) ^ std::uint64_t{mark.data} << 16;
    }
};

class Reference {
public:
    CoreState core;
    std::uint8_t next = 0;
    std::map<int, int> met;  ///< statuses

    Bytes corrupt(LinkStatus status) {
        ++met[status];
        return {0x80, 0, next, status};
    }
    Bytes answer(const Bytes& p) {
        if (p.size() < 2) return corrupt(kCorrupt);
        const LinkStatus verdict = judge(p);
        Bytes data;
        LinkStatus status = verdict;
        if (verdict == kOk) {
            if (p[0] != 1) ++next;
            switch (p[0]) {
                case 1: data = {'W', 'U', 'X', 1, 2046 & 255, 2046 >> 8}; break;
                case 2: status = read(p, data); break;
                case 3: status = write(p, data); break;
                default: sample(p, data); break;
            }
        }
        ++met[status];
        return Bytes{static_cast<std::uint8_t>(p[0] + 0x80), p[1], next} + data + Bytes{status};
    }

private:
    static std::uint32_t address(const Bytes& p) {
        return (p[2] | static_cast<std::uint32_t>(p[3]) << 8 | static_cast<std::uint32_t>(p[4]) << 16 |
                static_cast<std::uint32_t>(p[5]) << 24) & 0xFFFFFFF;
    }
    LinkStatus judge(const Bytes& p) const {
        const std::size_t n = p.size();
        bool length = false;
        switch (p[0]) {
            case 1: length = n == 2; break;
            case 2: length = n == 7; break;
            case 3: {
                if (n < 8) break;
                const std::size_t size = address(p) >> 26 == 0 ? 4 : 2;
                length = n >= 6 + size && (n - 6) % size == 0;
                break;
            }
            case 4: length = n >= 4 && n % 2 == 0; break;
            default: return kUnknown;
        }
        if (!length) return kLength;
        return p[0] != 1 && p[1] != next ? kSequence : kOk;
    }
    LinkStatus read(const Bytes& p, Bytes& data) {
        LinkStatus status = kOk;
        const int size = address(p) >> 26 == 0 ? 4 : 2;
        for (std::uint32_t k = 0; k < p[6]; ++k) {
            const std::uint32_t a = (address(p) + k) & 0xFFFFFFF;
            ++core.accesses;
            const bool no = CoreState::refused(a);
            if (no) status = kRefused;
            for (int b = 0; b < size; ++b) data.push_back(no ? 0 : static_cast<std::uint8_t>(core.read(a) >> 8 * b));
        }
        return status;
    }
    LinkStatus write(const Bytes& p, Bytes& data) {
        const std::size_t size = address(p) >> 26 == 0 ? 4 : 2;
        std::uint32_t a = address(p);
        int written = 0;
        LinkStatus status = kOk;
        for (std::size_t at = 6; at < p.size(); at += size, a = (a + 1) & 0xFFFFFFF) {
            ++core.accesses;
            if (CoreState::refused(a)) {
                status = kRefused;
                break;
            }
            std::uint32_t word = 0;
            for (std::size_t b = 0; b < size; ++b) word |= static_cast<std::uint32_t>(p[at + b]) << 8 * b;
            core.words[a] = a >> 26 == 0 ? word : word & 0xFFFF;
            ++written;
        }
        data = {static_cast<std::uint8_t>(written)};
        return status;
    }
    void sample(const Bytes& p, Bytes& data) {
        const std::uint32_t label = p[2] | static_cast<std::uint32_t>(p[3]) << 8;
        std::uint32_t index = 0xFFFF;
        std::size_t beats = 0;
        for (std::size_t at = 4; at < p.size(); at += 2) {
            index = (index + p[at] + 1) & 0xFFFF;
            if (p[at + 1] == 0) continue;
            core.beats.push_back({false, static_cast<std::uint32_t>(p[at + 1]) << 16 | index});
            ++beats;
        }
        const Beat mark{true, (label & 0x7FFF) | (label >> 15) << 16};
        core.beats.push_back(mark);
        const std::uint64_t result = CoreState::result(beats, mark);
        for (int b = 0; b < 8; ++b) data.push_back(static_cast<std::uint8_t>(result >> 8 * b));
    }
};

/// wuxing_link with a stand-in for the core: answers after a random time, shows anything while it has nothing to say.
template <class Model>
class LinkBench {
public:
    LinkBench(int bit, int seed, Tally& t, double offset = 1.0)
        : line(bit * offset), listener(bit, t), cases(static_cast<std::uint32_t>(seed)), dut(seed), tally(t), bit_(bit) {
        dut->rx_i = 1;
        dut->wb_ack_i = dut->wb_err_i = dut->smp_ready_i = dut->res_valid_i = 0;
        dut.reset();
    }

    Line line;
    Listener listener;
    Cases cases;
    Device<Model> dut;
    Tally& tally;
    CoreState core;
    bool hold = false;  ///< no result yet

    void cycle() {
        const bool rx = line.next();
        dut->rx_i = rx;
        dut->wb_dat_i = cases.bits();
        dut->wb_ack_i = dut->wb_err_i = 0;
        dut->smp_ready_i = cases.one_in(3);
        dut->res_data_i = std::uint64_t{cases.bits()} << 32 | cases.bits();
        dut->res_valid_i = 0;
        dut.settle();
        bus();
        stream();
        listener.cycle(dut->tx_o != 0);
        dut.tick();
    }
    void cycles(int n) {
        while (n-- > 0) cycle();
    }
    void send() {
        while (!line.idle()) cycle();
    }
    void reset() {
        dut.reset();
        bus_wait_ = -1;
        result_wait_ = -1;
        held_ = false;
        sample_beats_ = 0;
    }

    /// Runs until everything has been sent, at least `replies` have come and nothing follows; those that have come.
    const std::vector<Bytes>& listen(std::size_t replies, const char* what) {
        int quiet = 0;
        const std::uint64_t limit = dut.cycles() + 3000000;
        const std::vector<Bytes>& got = listener.deframer.frames;
        while (dut.cycles() < limit && quiet < 40 * bit_) {
            const int before = listener.bytes;
            cycle();
            const bool done = line.idle() && got.size() >= replies;
            quiet = done && listener.bytes == before ? quiet + 1 : 0;
        }
        if (quiet < 40 * bit_) FAIL(what << ": " << got.size() << " of " << replies << " replies, and no end of them");
        return got;
    }
    /// Listens for `replies`; then compares them, and the core.
    void expect(const std::vector<Bytes>& replies, Reference& reference, const char* what) {
        listen(replies.size(), what);
        auto& got = listener.deframer.frames;
        const auto text = [&] { return std::string(what); };
        tally.equal(got.size(), replies.size(), [&] { return text() + ": replies"; });
        tally.equal(listener.deframer.bad, 0, [&] { return text() + ": bad frames of the board"; });
        for (std::size_t n = 0; n < replies.size() && n < got.size(); ++n) {
            tally.equal(got[n].size(), replies[n].size(), [&] { return text() + ": length of reply " + std::to_string(n); });
            for (std::size_t k = 0; k < replies[n].size() && k < got[n].size(); ++k)
                tally.equal(got[n][k], replies[n][k], [&] {
                    return text() + ": reply " + std::to_string(n) + ", byte " + std::to_string(k);
                });
        }
        got.clear();
        tally.holds(core.words == reference.core.words, [&] { return text() + ": memory"; });
        tally.holds(core.beats == reference.core.beats, [&] { return text() + ": beats"; });
        tally.equal(core.accesses, reference.core.accesses, [&] { return text() + ": accesses"; });
        core.beats.clear();
        reference.core.beats.clear();
    }
    /// One request, cleanly.
    void request(const Bytes& payload, Reference& reference, const char* what) {
        line.bytes(Bytes{0x7E} + frame_of(payload));
        expect({reference.answer(payload)}, reference, what);
    }

private:
    void bus() {
        if (!dut->wb_cyc_o || !dut->wb_stb_o) {
            tally.holds(!dut->wb_cyc_o && !dut->wb_stb_o && bus_wait_ < 0, [] { return "a bus cycle given up"; });
            return;
        }
        if (bus_wait_ < 0) {
            bus_wait_ = cases.between(0, 5);
            address_ = dut->wb_adr_o;
            data_ = dut->wb_dat_o;
            write_ = dut->wb_we_o != 0;
        }
        if (dut->wb_adr_o != address_ || (dut->wb_we_o != 0) != write_ || (write_ && dut->wb_dat_o != data_))
            tally.holds(false, [] { return "a bus cycle changes"; });
        if (bus_wait_-- > 0) return;
        ++core.accesses;
        if (CoreState::refused(address_)) {
            dut->wb_err_i = 1;
        } else {
            dut->wb_ack_i = 1;
            if (write_)
                core.words[address_] = address_ >> 26 == 0 ? data_ : data_ & 0xFFFF;
            else
                dut->wb_dat_i = core.read(address_);
        }
        bus_wait_ = -1;
        dut.settle();
    }
    void stream() {
        const Beat beat{dut->smp_last_o != 0, dut->smp_last_o ? dut->smp_data_o & 0x1FFFF : dut->smp_data_o};
        if (held_) tally.holds(dut->smp_valid_o && beat == held_beat_, [] { return "a beat given up or changed"; });
        held_ = dut->smp_valid_o && !dut->smp_ready_i;
        held_beat_ = beat;
        if (dut->smp_valid_o && dut->smp_ready_i) {
            core.beats.push_back(beat);
            if (beat.last) {
                result_ = CoreState::result(sample_beats_, beat);
                result_wait_ = cases.between(0, 60);
                sample_beats_ = 0;
            } else {
                ++sample_beats_;
            }
        }
        if (result_wait_ > 0) --result_wait_;
        if (result_wait_ != 0 || hold) return;
        dut->res_valid_i = 1;
        dut->res_data_i = result_;
        dut.settle();
        if (dut->res_ready_o) result_wait_ = -1;
    }

    int bit_, bus_wait_ = -1, result_wait_ = -1;
    std::uint32_t address_ = 0, data_ = 0;
    bool write_ = false, held_ = false;
    Beat held_beat_{};
    std::size_t sample_beats_ = 0;
    std::uint64_t result_ = 0;
};

}  // namespace wuxing::test
