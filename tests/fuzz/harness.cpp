#include "harness.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>

namespace wuxing::fuzz {

void demand(bool holds, const std::string& what) {
    if (!holds) throw BrokenProperty(what);
}

void demand_refusal(const std::string& message, const std::string& name) {
    demand(message.rfind(name, 0) == 0 && message.size() > name.size(), "a refusal without a name: " + message);
    demand(std::none_of(message.begin(), message.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }),
           "a refusal of several lines, or with control characters: " + message);
}

MemoryFile::MemoryFile(const Bytes& content) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    const ssize_t put = fd_ < 0 ? -1 : ::write(fd_, content.data(), content.size());
    if (put != static_cast<ssize_t>(content.size())) throw std::runtime_error("cannot make a file in memory");
}

MemoryFile::~MemoryFile() {
    ::close(fd_);
}

std::string MemoryFile::path() const {
    return "/proc/self/fd/" + std::to_string(fd_);
}

void seal_crc(Bytes& bytes, std::size_t begin, std::size_t end) {
    if (end > bytes.size() || begin + 4 > end) return;
    const auto crc = crc32_z(crc32_z(0, nullptr, 0), bytes.data() + begin, end - 4 - begin);
    put_little_endian(bytes, end - 4, crc, 4);
}

std::uint64_t little_endian(const Bytes& bytes, std::size_t at, int size) {
    std::uint64_t value = 0;
    for (int k = size - 1; k >= 0; --k) value = value << 8 | bytes.at(at + static_cast<std::size_t>(k));
    return value;
}

void put_little_endian(Bytes& bytes, std::size_t at, std::uint64_t value, int size) {
    for (int k = 0; k < size; ++k) {
        bytes.at(at + static_cast<std::size_t>(k)) = static_cast<std::uint8_t>(value >> (8 * k));
    }
}

Bytes bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace wuxing::fuzz
