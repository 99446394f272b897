// Numbers as little-endian bytes, and back.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace wuxing {

class ByteWriter {
public:
    /// The low `size` bytes of a value.
    void put(std::uint64_t value, int size) {
        for (int k = 0; k < size; ++k) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
    }
    /// IEEE 754 bits.
    void put_real(double value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        put(bits, 8);
    }
    void put_real(float value) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        put(bits, 4);
    }
    template <typename Range>
    void append(const Range& range) {
        bytes.insert(bytes.end(), range.begin(), range.end());
    }
    std::vector<std::uint8_t> bytes;
};

/// Throws std::out_of_range where the bytes end.
class ByteReader {
public:
    explicit ByteReader(const std::vector<std::uint8_t>& bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}

    std::uint64_t get(int size) {
        need(static_cast<std::uint64_t>(size));
        std::uint64_t value = 0;
        for (int k = 0; k < size; ++k) value |= static_cast<std::uint64_t>(bytes_[at_++]) << (8 * k);
        return value;
    }
    void get_real(double& value) {
        const std::uint64_t bits = get(8);
        std::memcpy(&value, &bits, sizeof value);
    }
    void get_real(float& value) {
        const auto bits = static_cast<std::uint32_t>(get(4));
        std::memcpy(&value, &bits, sizeof value);
    }
    std::vector<std::uint8_t> get_bytes(std::uint64_t size) {
        need(size);
        const auto start = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ += static_cast<std::size_t>(size);
        return {start, start + static_cast<std::ptrdiff_t>(size)};
    }
    std::uint64_t left() const { return bytes_.size() - at_; }

private:
    void need(std::uint64_t size) const {
        if (size > left()) throw std::out_of_range("too few bytes");
    }

    const std::vector<std::uint8_t>& bytes_;
    std::size_t at_;
};

}  // namespace wuxing
