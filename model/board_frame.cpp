#include "board_frame.hpp"

namespace wuxing {
namespace {

constexpr std::uint8_t kFlag = 0x7E, kEscape = 0x7D, kFlip = 0x20;
constexpr std::size_t kCheckSize = 2;

}  // namespace

std::uint16_t frame_check(const std::uint8_t* data, std::size_t size) {
    std::uint32_t crc = 0xFFFF;
    for (std::size_t k = 0; k < size; ++k) {
        crc ^= data[k];
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
    }
    return static_cast<std::uint16_t>(~crc);
}

void append_frame(std::vector<std::uint8_t>& out, const std::vector<std::uint8_t>& payload) {
    const auto put = [&out](std::uint8_t byte) {
        const bool escape = byte == kFlag || byte == kEscape;
        if (escape) out.push_back(kEscape);
        out.push_back(escape ? byte ^ kFlip : byte);
    };
    const std::uint16_t check = frame_check(payload.data(), payload.size());
    out.push_back(kFlag);
    for (const std::uint8_t byte : payload) put(byte);
    put(static_cast<std::uint8_t>(check));
    put(static_cast<std::uint8_t>(check >> 8));
    out.push_back(kFlag);
}

FrameDecoder::Event FrameDecoder::take(std::uint8_t byte) {
    if (byte == kFlag) return end_frame();
    if (byte == kEscape && !escaped_) {
        escaped_ = true;
        return Event::none;
    }
    if (bytes_.size() == most_ + kCheckSize) {
        too_long_ = true;
    } else {
        bytes_.push_back(escaped_ ? byte ^ kFlip : byte);
    }
    escaped_ = false;
    return Event::none;
}

void FrameDecoder::reset() {
    bytes_.clear();
    escaped_ = too_long_ = false;
}

FrameDecoder::Event FrameDecoder::end_frame() {
    if (bytes_.empty() && !escaped_) return Event::none;  // two flags in a row
    bool sound = !escaped_ && !too_long_ && bytes_.size() > kCheckSize;
    if (sound) {
        const std::size_t size = bytes_.size() - kCheckSize;
        const auto check = static_cast<std::uint16_t>(bytes_[size] | bytes_[size + 1] << 8);
        sound = frame_check(bytes_.data(), size) == check;
        if (sound) payload_.assign(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size));
    }
    reset();
    return sound ? Event::frame : Event::spoilt;
}

}  // namespace wuxing
