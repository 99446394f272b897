// Frames of the host link: flags, escapes, check sequence (docs/link.md, section 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wuxing {

/// CRC-16/X-25; of "123456789" 0x906E.
std::uint16_t frame_check(const std::uint8_t* data, std::size_t size);

/// Appends a frame: flag, escaped payload and check sequence, flag. The first flag ends whatever a disturbed line has
/// left in the receiver.
void append_frame(std::vector<std::uint8_t>& out, const std::vector<std::uint8_t>& payload);

/// Finds the frames in a stream of bytes.
class FrameDecoder {
public:
    enum class Event {
        none,    ///< no frame ends here
        frame,   ///< payload() holds that of a sound frame
        spoilt,  ///< one that cannot be read: wrong check sequence, too short or too long, an escape before the flag
    };

    /// Frames whose payload is longer than `most` bytes are spoilt; no more is ever kept of them.
    explicit FrameDecoder(std::size_t most) : most_(most) {}

    Event take(std::uint8_t byte);
    const std::vector<std::uint8_t>& payload() const { return payload_; }
    /// Forgets a frame that has begun.
    void reset();

private:
    Event end_frame();

    std::size_t most_;
    std::vector<std::uint8_t> bytes_, payload_;
    bool escaped_ = false, too_long_ = false;
};

}  // namespace wuxing
