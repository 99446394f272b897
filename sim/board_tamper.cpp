#include "board_tamper.hpp"

#include <fmt/format.h>

#include <utility>

#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

// docs/link.md, sections 2 and 4.
constexpr std::uint8_t kRead = 2, kWrite = 3, kSample = 4, kReply = 0x80, kOk = 0;
constexpr std::size_t kRequestHead = 2, kReplyHead = 3, kAddress = 4, kWord = 2;
constexpr std::uint8_t kLearn = 0x80;  // of the label's high byte

bool is_connection(const std::vector<std::uint8_t>& request) {
    return (request[kRequestHead + 3] >> 2 & 3) == 1;  // region 1 of the memory map
}

}  // namespace

Wrong parse_wrong(const std::string& text) {
    constexpr std::pair<const char*, Wrong::Kind> kKinds[] = {{"result", Wrong::Kind::result},
                                                              {"learn", Wrong::Kind::learn},
                                                              {"weight", Wrong::Kind::weight},
                                                              {"read", Wrong::Kind::read}};
    const std::size_t colon = text.find(':');
    const std::string number = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool is_number =
        !number.empty() && number.size() < 19 && number.find_first_not_of("0123456789") == std::string::npos;
    for (const auto& [name, kind] : kKinds)
        if (is_number && text.substr(0, colon) == name) return {kind, std::stoull(number)};
    throw SetupError(fmt::format("--wrong {}: result:N, learn:N, weight:N or read:N is possible, N from 0", text));
}

std::vector<std::uint8_t> Tamper::pass(Direction& direction, std::uint8_t byte, Change change) {
    const bool tampers = wrong_.kind != Wrong::Kind::none;
    if (tampers) direction.held.push_back(byte);
    std::vector<std::uint8_t> out;
    const FrameDecoder::Event event = direction.decoder.take(byte);
    if (event == FrameDecoder::Event::frame) {
        std::vector<std::uint8_t> payload = direction.decoder.payload();
        if ((this->*change)(payload)) {
            ++changed_;
            append_frame(out, payload);
            out.erase(out.begin());  // its first flag has come by already
            direction.held.clear();
            return out;
        }
    }
    if (!tampers) return {byte};
    constexpr std::uint8_t kFlag = 0x7E;
    if (byte == kFlag) std::swap(out, direction.held);
    return out;
}

bool Tamper::change_words(std::vector<std::uint8_t>& payload, std::size_t first, std::size_t end) {
    bool changed = false;
    for (std::size_t at = first; at + kWord <= end; at += kWord) {
        if (!met()) continue;
        payload[at] ^= 1;
        changed = true;
    }
    return changed;
}

bool Tamper::change_request(std::vector<std::uint8_t>& payload) {
    if (payload.size() < kRequestHead + kWord) return false;
    const bool has_address = payload.size() > kRequestHead + kAddress;
    switch (payload[0]) {
        case kRead:
            reads_connections_[payload[1]] = has_address && is_connection(payload);
            return false;
        case kWrite:
            return wrong_.kind == Wrong::Kind::weight && has_address && is_connection(payload) &&
                   change_words(payload, kRequestHead + kAddress, payload.size());
        case kSample:
            if (wrong_.kind != Wrong::Kind::learn || (payload[kRequestHead + 1] & kLearn) == 0 || !met()) return false;
            payload[kRequestHead + 1] ^= kLearn;
            return true;
        default:
            return false;
    }
}

bool Tamper::change_reply(std::vector<std::uint8_t>& payload) {
    ++replies_;
    if (payload.size() <= kReplyHead || payload.back() != kOk) return false;
    if (payload[0] == (kSample | kReply)) {
        ++samples_;
        if (wrong_.kind != Wrong::Kind::result || !met()) return false;
        payload[kReplyHead + 4] ^= 1;
        return true;
    }
    if (payload[0] != (kRead | kReply) || wrong_.kind != Wrong::Kind::read) return false;
    return reads_connections_[payload[1]] && change_words(payload, kReplyHead, payload.size() - 1);
}

}  // namespace wuxing::sim
