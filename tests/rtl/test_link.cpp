// The host link against docs/link.md: each end of a line alone, then wuxing_link between a host and a stand-in for the core.
#include <Vcrc.h>
#include <Vlink13.h>
#include <Vlink4.h>
#include <Vlink8.h>
#include <Vuart_rx13.h>
#include <Vuart_rx4.h>
#include <Vuart_rx4096.h>
#include <Vuart_rx8.h>
#include <Vuart_tx.h>

#include "link_bench.hpp"

namespace wuxing::test {
namespace {

using Requests = std::vector<Bytes>;

Bytes hello(int sequence = 0) {
    return {1, static_cast<std::uint8_t>(sequence)};
}
Bytes with_address(int command, int sequence, std::uint32_t address) {
    return {static_cast<std::uint8_t>(command),      static_cast<std::uint8_t>(sequence),
            static_cast<std::uint8_t>(address),      static_cast<std::uint8_t>(address >> 8),
            static_cast<std::uint8_t>(address >> 16), static_cast<std::uint8_t>(address >> 24)};
}
Bytes read_request(int sequence, std::uint32_t address, int count) {
    return with_address(2, sequence, address) + Bytes{static_cast<std::uint8_t>(count)};
}
Bytes noise(Cases& cases, int n) {
    Bytes out;
    while (n-- > 0)
        out.push_back(cases.one_in(6) ? (cases.one_in(2) ? 0x7E : 0x7D) : static_cast<std::uint8_t>(cases.bits()));
    return out;
}
Bytes write_request(Cases& cases, int sequence, std::uint32_t address, int words) {
    return with_address(3, sequence, address) + noise(cases, words * (address >> 26 == 0 ? 4 : 2));
}
Bytes sample_request(Cases& cases, int sequence, int events) {
    Bytes p{4, static_cast<std::uint8_t>(sequence)};
    p = p + noise(cases, 2);
    for (int n = 0; n < events; ++n) {
        p.push_back(static_cast<std::uint8_t>(cases.one_in(10) ? cases.between(200, 255) : cases.between(0, 3)));
        p.push_back(static_cast<std::uint8_t>(cases.one_in(8) ? 0 : cases.bits()));
    }
    return p;
}
constexpr std::uint32_t kWeights = 1u << 26, kParameters = 2u << 26;

std::uint32_t some_address(Cases& cases) {
    const auto low = static_cast<std::uint32_t>(cases.one_in(3) ? cases.between(0x60, 0x7F) : cases.between(0, 255));
    const std::uint32_t high = cases.one_in(3) ? cases.bits() & 0x3FFFF00 : 0;
    return static_cast<std::uint32_t>(cases.one_in(8) ? 3 : cases.between(0, 2)) << 26 | high | low | cases.bits() << 28;
}
/// Anything that a host might send; often right.
Bytes any_request(Cases& cases, int next) {
    const int sequence = cases.one_in(10) ? cases.between(0, 255) : next;
    Bytes p;
    switch (cases.between(0, 8)) {
        case 0: p = hello(cases.between(0, 255)); break;
        case 1: case 2: p = read_request(sequence, some_address(cases), cases.between(0, 6)); break;
        case 3: case 4: {
            const std::uint32_t address = some_address(cases);
            p = write_request(cases, sequence, address & 0xFFFFFFF, cases.between(1, 6));
            p[5] = static_cast<std::uint8_t>(address >> 24);
            break;
        }
        case 5: case 6: p = sample_request(cases, sequence, cases.between(0, 8)); break;
        case 7: p = Bytes{static_cast<std::uint8_t>(cases.one_in(2) ? cases.between(0, 16) : cases.between(0, 255)),
                          static_cast<std::uint8_t>(sequence)} + noise(cases, cases.between(0, 20)); break;
        default: p = noise(cases, cases.between(2, 12)); break;
    }
    if (cases.one_in(8)) p.pop_back();
    if (cases.one_in(12)) p.push_back(static_cast<std::uint8_t>(cases.bits()));
    return p.size() < 2 ? hello() : p;
}

/// Sound requests one after the other, flags shared or not.
template <class Model>
void play(LinkBench<Model>& bench, Reference& reference, const Requests& requests, const char* what, bool shared = true) {
    std::vector<Bytes> replies;
    bench.line.byte(0x7E);
    for (const Bytes& p : requests) {
        bench.line.bytes(frame_of(p));
        if (!shared) bench.line.byte(0x7E);
        if (!shared) bench.line.rest(bench.cases.between(0, 30));
        replies.push_back(reference.answer(p));
    }
    bench.expect(replies, reference, what);
}

template <class Model>
void uart_receives(int bit, int bytes, Tally& tally) {
    for (const double offset : {0.98, 1.0, 1.02}) {
        Device<Model> dut(bit);
        Cases cases(static_cast<std::uint32_t>(bit));
        Line line(bit * offset);
        dut->rx_i = 1;
        dut.reset();
        Bytes sent, got;
        int spoilt = 0, expected_spoilt = 0;
        line.rest(2.3);
        for (int n = 0; n < bytes; ++n) {
            const auto b = static_cast<std::uint8_t>(n);
            line.byte(b);
            sent.push_back(b);
            if (cases.one_in(4)) line.rest(cases.between(0, 100) / 37.0);
            if (cases.one_in(6)) {  // too short for a start bit
                line.rest(0.2);
                line.level(false, cases.between(1, (bit - 1) / 2));
                line.rest(1);
            }
            if (cases.one_in(6)) {
                line.byte(b, false);
                line.rest(2);
                sent.push_back(0);
                ++expected_spoilt;
            }
            if (cases.one_in(20)) {  // break
                line.level(false, bit * cases.between(11, 40));
                line.rest(2);
                sent.push_back(0);
                ++expected_spoilt;
            }
        }
        line.rest(3);
        bool before = false;
        while (!line.idle()) {
            dut->rx_i = line.next();
            dut.settle();
            if (dut->valid_o) got.push_back(dut->data_o);
            if (dut->spoilt_o && !before) ++spoilt;
            if (dut->spoilt_o) before = true;
            if (dut->valid_o) before = false;
            dut.tick();
        }
        const auto where = [&] { return "bit of " + std::to_string(bit) + " cycles, host's times " + std::to_string(offset); };
        tally.equal(got.size(), sent.size(), where);
        for (std::size_t n = 0; n < got.size() && n < sent.size(); ++n) tally.equal(got[n], sent[n], where);
        tally.equal(spoilt, expected_spoilt, where);
    }
}

}  // namespace

TEST_CASE("link: CRC of the check string and of random bytes") {
    Tally tally;
    Device<Vcrc> dut;
    const auto byte = [&](unsigned crc, unsigned b) {
        dut->high_i = static_cast<std::uint8_t>(crc >> 8);
        dut->difference_i = static_cast<std::uint8_t>(b ^ crc);
        dut.settle();
        return static_cast<unsigned>(dut->crc_o);
    };
    unsigned crc = 0xFFFF;
    for (const char c : std::string("123456789")) crc = byte(crc, static_cast<unsigned char>(c));
    tally.equal(crc ^ 0xFFFFu, 0x906Eu, [] { return "check string"; });
    const Bytes check{'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    tally.equal(link_crc(check), 0x906E, [] { return "check string, here"; });
    Cases cases(1);
    for (int n = 0; n < 500; ++n) {
        Bytes all;
        crc = 0xFFFF;
        for (int k = 0; k < 20; ++k) {
            all.push_back(static_cast<std::uint8_t>(cases.bits()));
            crc = byte(crc, all.back());
            tally.equal(crc ^ 0xFFFFu, unsigned{link_crc(all)}, [] { return "random bytes"; });
        }
    }
    tally.finish(10002);
}

TEST_CASE("link: the receiver takes every byte, 2 percent fast and slow, between glitches, spoilt bytes and breaks") {
    Tally tally;
    uart_receives<Vuart_rx4>(4, 512, tally);
    uart_receives<Vuart_rx8>(8, 512, tally);
    uart_receives<Vuart_rx13>(13, 512, tally);
    uart_receives<Vuart_rx4096>(4096, 12, tally);
    tally.finish(3 * (3 * 512 + 12));
}

TEST_CASE("link: the transmitter at its longest bit") {
    Tally tally;
    Device<Vuart_tx> dut;
    dut->valid_i = 0;
    dut.reset();
    for (const unsigned b : {0x00u, 0xFFu, 0xA5u, 0x01u, 0x80u}) {
        dut->data_i = static_cast<std::uint8_t>(b);
        dut->valid_i = 1;
        dut.settle();
        for (int n = 0; !dut->ready_o && n < 50000; ++n) dut.tick();
        tally.equal(dut->ready_o, 1, [] { return "ready"; });
        dut.tick();
        dut->valid_i = b == 0xA5;
        dut->data_i = 0x5A;
        for (int place = 0; place < 10; ++place)
            for (int n = 0; n < 4096; ++n) {
                const unsigned expected = place == 0 ? 0 : place == 9 ? 1 : b >> (place - 1) & 1;
                tally.equal(unsigned{dut->tx_o}, expected, [] { return "line"; });
                if (place * 4096 + n < 40959) dut.tick();
            }
        dut->valid_i = 0;
    }
    tally.finish(5 * 40960);
}

namespace {

template <class Model>
void everything(int bit, int seed, double offset, int rounds, Tally& tally, std::map<int, int>& met) {
    LinkBench<Model> bench(bit, seed, tally, offset);
    Reference reference;
    Cases& cases = bench.cases;
    bench.request(hello(0x7E), reference, "first HELLO");
    for (int n = 0; n < rounds; ++n) {
        Requests requests;
        Reference ahead = reference;
        const int many = cases.one_in(3) ? cases.between(2, 12) : 1;
        for (int k = 0; k < many; ++k) {
            requests.push_back(any_request(cases, ahead.next));
            ahead.answer(requests.back());
        }
        play(bench, reference, requests, "any requests", cases.one_in(2));
    }
    for (const auto& [status, times] : reference.met) met[status] += times;
}

}  // namespace

TEST_CASE("link: any requests, alone and several outstanding, at three speeds, host 2 percent fast and slow") {
    Tally tally;
    std::map<int, int> met;
    everything<Vlink4>(4, 1, 1.0, 300, tally, met);
    everything<Vlink8>(8, 2, 1.0, 150, tally, met);
    everything<Vlink13>(13, 3, 1.0, 100, tally, met);
    everything<Vlink4>(4, 4, 0.98, 100, tally, met);
    everything<Vlink8>(8, 5, 0.98, 60, tally, met);
    everything<Vlink13>(13, 6, 1.02, 60, tally, met);
    everything<Vlink4>(4, 7, 1.02, 100, tally, met);
    for (const int status : {kOk, kLength, kUnknown, kSequence, kRefused}) CHECK(met[status] > 60);
    tally.finish(30000);
}

TEST_CASE("link: lengths of every command, wrong and right, sequence numbers past 256") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 11, tally);
    Reference reference;
    Cases& cases = bench.cases;
    for (int command = 0; command <= 6; ++command)
        for (const std::uint32_t region : {0u, 1u})
            for (int length = 2; length <= 22; ++length)
                for (const int wrong : {0, 1}) {
                    Bytes p = with_address(command, reference.next + wrong, region << 26 | 0x10) + noise(cases, 16);
                    p.resize(static_cast<std::size_t>(length));
                    bench.request(p, reference, "lengths");
                }
    // Right but for one bit of the length, as far as the buffer goes; and of the number.
    for (int command = 1; command <= 4; ++command)
        for (int length = 2; length <= 12; ++length)
            for (int more = 16; more <= 1024; more *= 2) {
                Bytes p = with_address(command, reference.next, kWeights) + noise(cases, length + more);
                p.resize(static_cast<std::size_t>(length + more));
                bench.request(p, reference, "long");
            }
    for (int n = 0; n < 40; ++n)
        for (int bit = 0; bit < 8; ++bit) {
            bench.request(read_request(reference.next ^ 1 << bit, kWeights, 0), reference, "a bit of the number");
            if (bit == n % 8) bench.request(read_request(reference.next, kWeights, 0), reference, "sequence");
        }
    for (int n = 0; n < 300; ++n) {
        bench.request(read_request(reference.next, kWeights, 1), reference, "sequence");
        if (n % 16 == 0) bench.request(read_request(reference.next + cases.between(1, 255), kWeights, 1), reference, "wrong");
    }
    CHECK(reference.met[kLength] > 100);
    CHECK(reference.met[kUnknown] > 100);
    CHECK(reference.met[kSequence] > 30);
    tally.finish(20000);
}

TEST_CASE("link: no command but four, a reply's command is the request's with its highest bit turned over") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 20, tally);
    Reference reference;
    Cases& cases = bench.cases;
    for (int command = 0; command <= 255; ++command) {
        if (command >= 1 && command <= 4) continue;
        Requests requests;
        for (const int more : {0, 1, 5, 9})
            requests.push_back(Bytes{static_cast<std::uint8_t>(command), reference.next} + noise(cases, more));
        Reference ahead = reference;
        tally.holds(ahead.answer(requests[0]) == Bytes{static_cast<std::uint8_t>(command ^ 0x80), reference.next, reference.next, kUnknown},
                    [] { return "what is expected"; });
        play(bench, reference, requests, "unknown command");
    }
    CHECK(reference.met[kUnknown] == 4 * 252);
    CHECK(reference.next == 0);
    tally.finish(252 * 20);
}

TEST_CASE("link: next is that of the moment at which a request is served, whatever stands behind it in the buffer") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 21, tally);
    Reference reference;
    Cases& cases = bench.cases;
    const Requests requests{read_request(0, 0x20, 1), hello(0x55), write_request(cases, 1, kWeights, 2), read_request(5, 0x20, 1), {9, 2},
                            sample_request(cases, 2, 3), write_request(cases, 3, 0x70, 1), read_request(3, 0x20, 1), hello(3)};
    Reference ahead = reference;
    Bytes next;
    for (const Bytes& p : requests) next.push_back(ahead.answer(p)[2]);
    CHECK(next == Bytes{1, 1, 2, 2, 2, 3, 4, 4, 4});
    play(bench, reference, requests, "pipelined");
    tally.finish(60);
}

TEST_CASE("link: escapes in every place, of payload and FCS, in requests and replies") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 12, tally);
    Reference reference;
    for (const int escape : {0x7E, 0x7D}) {
        for (std::size_t place = 0; place < 16; ++place) {
            Bytes p = with_address(3, reference.next, 0x20) + Bytes(12, 0x11);
            p[place] = static_cast<std::uint8_t>(escape);
            bench.request(p, reference, "an escape");
        }
        bench.request(with_address(3, reference.next, kWeights) + Bytes(200, static_cast<std::uint8_t>(escape)), reference, "all escapes");
        bench.request(read_request(reference.next, kWeights, 100), reference, "all escapes, back");
    }
    // FCS bytes, both ways, until each place had each.
    std::array<int, 8> request_met{}, reply_met{};
    const auto note = [](const Bytes& payload, std::array<int, 8>& met) {
        const Bytes all = with_fcs(payload);
        for (std::size_t k = 0; k < 2; ++k) {
            const std::uint8_t b = all[payload.size() + k];
            for (std::size_t e = 0; e < 2; ++e) met[2 * k + e] += b == (e == 0 ? 0x7E : 0x7D);
        }
    };
    for (int n = 0; n < 60000; ++n) {
        Bytes p = with_address(3, reference.next, kWeights + static_cast<std::uint32_t>(n)) + Bytes{static_cast<std::uint8_t>(n), 3};
        std::array<int, 8> here{};
        Reference ahead = reference;
        note(p, here);
        note(ahead.answer(p), here);
        int total = 0;
        for (const int h : here) total += h;
        if (total == 0) continue;
        note(p, request_met);
        note(ahead.answer(p), reply_met);
        bench.request(p, reference, "escapes in the FCS");
        if (tally.differences() > 0 || n > 3000) break;
    }
    for (std::size_t k = 0; k < 4; ++k) CHECK(request_met[k] > 0);
    tally.finish(1500);
}

TEST_CASE("link: corrupt, short, empty, aborted and spoilt frames among good ones") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 13, tally);
    Reference reference;
    Cases& cases = bench.cases;
    for (int n = 0; n < 250; ++n) {
        std::vector<Bytes> replies;
        Line& line = bench.line;
        line.byte(0x7E);
        const int frames = cases.between(1, 6);
        for (int k = 0; k < frames; ++k) {
            Bytes good = with_address(3, reference.next, kWeights + static_cast<std::uint32_t>(cases.between(0, 20))) + noise(cases, 2 * cases.between(1, 5));
            Bytes raw = escaped(with_fcs(good));
            bool bad = true;
            switch (cases.between(0, 8)) {
                case 0: {  // one bit, or two
                    Bytes wrong = with_fcs(good);
                    wrong[cases.bits() % wrong.size()] ^= static_cast<std::uint8_t>(1 << cases.between(0, 7));
                    line.bytes(escaped(wrong));
                    break;
                }
                case 1:  // short: nothing, one or two bytes under a right FCS
                    raw = escaped(with_fcs(noise(cases, cases.between(0, 1))));
                    line.bytes(raw);
                    break;
                case 2: line.bytes(noise(cases, 1)[0] == 0x11 ? Bytes{1} : Bytes{0x22}); break;
                case 3: line.bytes(raw + Bytes{0x7D}); break;
                case 4: {  // a byte of it with a low stop bit
                    const std::size_t at = cases.bits() % raw.size();
                    for (std::size_t b = 0; b < raw.size(); ++b) {
                        line.byte(raw[b], b != at);
                        if (b == at) line.rest(2);
                    }
                    break;
                }
                case 5: line.bytes({0x7E, 0x7E}); continue;
                case 6: {  // a byte too many, with a low stop bit: nothing else is wrong
                    const std::size_t at = cases.bits() % raw.size();
                    for (std::size_t b = 0; b < raw.size(); ++b) {
                        if (b == at) line.byte(noise(cases, 1)[0], false);
                        if (b == at) line.rest(2);
                        line.byte(raw[b]);
                    }
                    break;
                }
                default:
                    line.bytes(raw);
                    bad = false;
            }
            line.byte(0x7E);
            replies.push_back(bad ? reference.corrupt(kCorrupt) : reference.answer(good));
        }
        bench.expect(replies, reference, "bad frames");
    }
    CHECK(reference.met[kCorrupt] > 200);
    CHECK(reference.met[kOk] > 100);
    tally.finish(5000);
}

TEST_CASE("link: a check sum wrong in any one bit, or so that one bit of what the receiver compares is wrong, is refused") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 19, tally);
    Reference reference;
    Cases& cases = bench.cases;
    const auto one_bit = [](unsigned v) { return (v & (v - 1)) == 0; };
    int patterns = 0;
    for (unsigned wrong = 1; wrong < 0x10000; ++wrong) {
        unsigned left = wrong;  // in the register, once the FCS has gone through it
        for (int bit = 0; bit < 16; ++bit) left = left >> 1 ^ ((left & 1) != 0 ? 0x8408u : 0u);
        if (!one_bit(wrong) && !one_bit(left)) continue;
        ++patterns;
        Bytes frame = with_fcs(write_request(cases, reference.next, kWeights, 3));
        frame[frame.size() - 2] ^= static_cast<std::uint8_t>(wrong);
        frame[frame.size() - 1] ^= static_cast<std::uint8_t>(wrong >> 8);
        bench.line.bytes(Bytes{0x7E} + escaped(frame) + Bytes{0x7E});
        bench.expect({reference.corrupt(kCorrupt)}, reference, "wrong check sum");
    }
    CHECK(patterns == 32);
    bench.request(write_request(cases, reference.next, kWeights, 3), reference, "right check sum");
    tally.finish(32 * 9);
}

TEST_CASE("link: after noise on the line the next frame is taken, and nothing has changed") {
    Tally tally;
    int corrupt = 0;
    LinkBench<Vlink8> bench(8, 14, tally);
    Reference reference;
    Cases& cases = bench.cases;
    for (int n = 0; n < 200; ++n) {
        bench.request(write_request(cases, reference.next, kWeights + 5, 3), reference, "before noise");
        for (int k = cases.between(1, 300); k > 0; --k) bench.line.level(cases.one_in(2), cases.between(1, 30));
        bench.line.rest(24);
        bench.line.bytes({0x7E});
        while (!bench.line.idle()) bench.cycle();
        bench.cycles(2000);
        for (const Bytes& f : bench.listener.deframer.frames) {
            tally.holds(f == Bytes{0x80, 0, reference.next, kCorrupt}, [] { return "answer to noise"; });
            ++corrupt;
        }
        bench.listener.deframer.frames.clear();
        bench.request(read_request(reference.next, kWeights, 10), reference, "after noise");
    }
    CHECK(corrupt > 150);
    tally.finish(6000);
}

TEST_CASE("link: overflow, order of the replies, room for not even a header") {
    Tally tally;
    Reference reference;
    LinkBench<Vlink4> bench(4, 15, tally);
    Cases& cases = bench.cases;
    int lost = 0, tails = 0;
    for (int n = 0; n < 24; ++n) {
        // A sample whose result is long in coming leaves one word of its own in the buffer; 1,023 may be in use.
        std::vector<Bytes> replies;
        Line& line = bench.line;
        const Bytes sample = sample_request(cases, reference.next, 5);
        bench.hold = true;
        line.bytes(Bytes{0x7E} + frame_of(sample));
        replies.push_back(reference.answer(sample));
        line.rest(400);
        std::size_t used = 1;
        const auto offer = [&](const Bytes& p, bool sound = true) {
            Bytes all = with_fcs(p);
            if (!sound) all.back() ^= 1;
            line.bytes(escaped(all) + Bytes{0x7E});
            const std::size_t words = (p.size() + 4) / 2;
            if (used + words <= 1023 && sound) {
                used += words;
                replies.push_back(reference.answer(p));
            } else {
                ++used;
                replies.push_back(reference.corrupt(used - 1 + words <= 1023 ? kCorrupt : kOverflow));
            }
        };
        if (n % 3 == 0) {
            // The largest frame, or one byte too large.
            const int words = 1023 - 1;
            Bytes p = with_address(3, reference.next, kWeights) + Bytes(static_cast<std::size_t>(words * 2 - 10 + (n % 2) * 2), 0x33);
            offer(p);
            offer(hello());
        } else {
            while (used < 1023) {
                const std::size_t room = 1023 - used;
                if (cases.one_in(5)) offer(hello(), false);
                else if (room >= 200 || cases.one_in(3)) offer(write_request(cases, reference.next, kWeights + 3, cases.between(1, 150)));
                else offer(hello(cases.between(0, 255)));
            }
            // Full: what comes now is answered by one OVERFLOW, and so is a frame whose beginning was lost.
            line.bytes(frame_of(hello()));
            if (n % 2 == 0) line.bytes(frame_of(hello()));
            replies.push_back(reference.corrupt(kOverflow));
            ++lost;
            if (n % 3 == 2) {
                bench.send();
                if (n % 2 == 0) {
                    line.bytes(with_address(3, reference.next, kWeights) + Bytes(1000, 0x44));
                    bench.send();
                } else {
                    line.level(false, 30000);  // a break, over when there is room
                    line.rest(2);
                    bench.cycles(200);
                }
                bench.hold = false;
                bench.cycles(20000);
                line.bytes(Bytes(1000, 0x44) + Bytes{0x7E});
                replies.push_back(reference.corrupt(kOverflow));
                ++tails;
            }
        }
        bench.send();
        bench.cycles(100);
        bench.hold = false;
        bench.expect(replies, reference, "overflow");
        bench.request(read_request(reference.next, kWeights, 20), reference, "after overflow");
    }
    // A frame that fills the buffer, check sum and all, and then goes on: what was kept of it is sound, but it is not the frame, also if there
    // is room again when it ends.
    for (int more = 1; more <= 3; ++more) {
        Line& line = bench.line;
        const Bytes sample = sample_request(cases, reference.next, 5);
        bench.hold = true;
        line.bytes(Bytes{0x7E} + frame_of(sample));
        std::vector<Bytes> replies{reference.answer(sample)};
        line.rest(400);
        line.bytes(escaped(with_fcs(with_address(3, reference.next, kWeights) + Bytes((1024 - 1) * 2 - 10, 0x55))) +
                   Bytes(static_cast<std::size_t>(more), 0x66));
        bench.send();
        bench.hold = false;
        bench.cycles(20000);
        line.bytes(Bytes{0x7E});
        replies.push_back(reference.corrupt(kOverflow));
        bench.send();
        bench.expect(replies, reference, "overflow behind a sound check sum");
        bench.request(read_request(reference.next, kWeights, 20), reference, "after that");
    }
    CHECK(reference.met[kOverflow] > 20);
    CHECK(lost > 10);
    CHECK(tails > 4);
    tally.finish(5000);
}

TEST_CASE("link: a frame longer than the empty buffer is answered OVERFLOW, and the next one is taken") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 20, tally);
    Reference reference;
    for (const int bytes : {2042, 2044, 2046, 2047, 2048, 2049, 3000, 4092, 4094, 4096}) {  // payload and FCS
        // What the buffer held before would do harm as a header.
        for (int n = 0; n < 3; ++n)
            bench.request(with_address(3, reference.next, kWeights) + Bytes(1000, 0xFF), reference, "before");
        const Bytes p = with_address(3, reference.next, kWeights) + Bytes(static_cast<std::size_t>(bytes - 8), 0x55);
        bench.line.bytes(frame_of(p));
        bench.expect({bytes <= 2044 ? reference.answer(p) : reference.corrupt(kOverflow)}, reference, "a long frame");
        bench.request(hello(bytes), reference, "after a long frame");
        bench.request(read_request(reference.next, kWeights, 20), reference, "after a long frame");
    }
    CHECK(reference.met[kOverflow] == 8);
    tally.finish(10 * 40);
}

TEST_CASE("link: whenever there is room again, frames are answered, or OVERFLOW stands for them") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 21, tally);
    Reference reference;
    Cases& cases = bench.cases;
    constexpr int kHellos = 16;  // longer than the answer to the sample
    int once = 0, more = 0;
    for (int n = 0; n < 200; ++n) {
        Line& line = bench.line;
        const Bytes sample = sample_request(cases, reference.next, 5);
        bench.hold = true;
        line.bytes(Bytes{0x7E} + frame_of(sample));
        std::vector<Bytes> replies{reference.answer(sample)};
        line.rest(400);
        const Bytes filling = with_address(3, reference.next, kWeights) + Bytes(2034, static_cast<std::uint8_t>(cases.bits() | 1));
        line.bytes(frame_of(filling));
        replies.push_back(reference.answer(filling));
        bench.send();
        for (int k = 0; k < kHellos; ++k) {
            line.bytes(frame_of(hello(k)));
            line.rest(cases.one_in(3) ? 0 : cases.between(0, cases.one_in(2) ? 40 : 400) / 4.0);
        }
        bench.cycles(cases.between(250, 600));  // the first is lost
        bench.hold = false;
        // An OVERFLOW, or more, where HELLOs are missing, but no more than these.
        int next = 0, overflows = 0;
        const std::vector<Bytes>& got = bench.listen(replies.size() + 1, "room again");
        const auto where = [&] { return "round " + std::to_string(n) + ", before HELLO " + std::to_string(next); };
        for (std::size_t k = replies.size(); k < got.size(); ++k) {
            const bool lost = got[k] == Bytes{0x80, 0, reference.next, kOverflow};
            const int number = got[k][1];
            if (lost) {
                replies.push_back(reference.corrupt(kOverflow));
                ++overflows;
                continue;
            }
            tally.holds(number >= next && overflows <= number - next && (overflows > 0) == (number > next), where);
            if (overflows > 0) ++(overflows == 1 ? once : more);
            replies.push_back(reference.answer(hello(number)));
            next = number + 1;
            overflows = 0;
        }
        tally.holds(next == kHellos && reference.met[kOverflow] > n, where);
        bench.expect(replies, reference, "room again");
    }
    CHECK(once > 5);
    CHECK(more > 100);
    tally.finish(200 * 10);
}

TEST_CASE("link: READ and WRITE of 1 to 255 words and more, refused words") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 16, tally);
    Reference reference;
    Cases& cases = bench.cases;
    for (const std::uint32_t base : {0u, 0x68u, kWeights, kWeights + 0x3FFFF, kParameters, 3u << 26, 0x3FFFFF0u, kParameters - 5, (3u << 26) - 6, 0xFFFFFFEu})
        for (const int words : {1, 2, 7, 254, 255, 256, 300}) {
            bench.request(write_request(cases, reference.next, base, words), reference, "WRITE");
            bench.request(read_request(reference.next, base, words & 255), reference, "READ");
        }
    bench.request(write_request(cases, reference.next, kWeights, 1018), reference, "longest WRITE");
    bench.request(read_request(reference.next, kWeights, 255), reference, "READ");
    CHECK(reference.met[kRefused] > 10);
    tally.finish(20000);
}

TEST_CASE("link: samples: gaps over 255, 784 events, none, several at once") {
    Tally tally;
    LinkBench<Vlink8> bench(8, 17, tally);
    Reference reference;
    Cases& cases = bench.cases;
    bench.request({4, 0, 0x34, 0x92, 255, 0, 255, 0, 10, 9, 0, 1, 255, 0, 0, 0, 0, 255}, reference, "gaps");
    for (const int events : {0, 1, 784, 300, 1018}) {
        Bytes p = sample_request(cases, reference.next, events);
        if (events == 784) for (std::size_t k = 4; k < p.size(); k += 2) p[k] = 0;
        bench.request(p, reference, "a sample");
    }
    for (int n = 0; n < 10; ++n) {
        Requests several;
        for (int k = 0; k < 4; ++k) several.push_back(sample_request(cases, reference.next + k, cases.between(0, 60)));
        play(bench, reference, several, "samples", n % 2 == 0);
    }
    tally.finish(700);
}

TEST_CASE("link: a reset anywhere in a frame, a request or a reply") {
    Tally tally;
    LinkBench<Vlink4> bench(4, 18, tally);
    for (int n = 0; n < 150; ++n) {
        Reference reference;
        Cases& cases = bench.cases;
        bench.core = {};
        bench.request(write_request(cases, 0, kWeights, 4), reference, "after a reset");
        bench.request(sample_request(cases, 1, 3), reference, "after a reset");
        const Bytes p = n % 3 == 0 ? write_request(cases, 2, 0x20, 4) : n % 3 == 1 ? sample_request(cases, 2, 6) : read_request(2, 0x20, 5);
        bench.line.bytes(Bytes{0x7E} + frame_of(p));
        bench.cycles(cases.between(1, 2500));
        while (!bench.line.idle()) bench.line.next();
        bench.reset();
        bench.listener.reset();
        bench.core = {};
    }
    tally.finish(150 * 20);
}

}  // namespace wuxing::test
