// What the harnesses share: properties, refusals, files in memory, checksums.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "file_error.hpp"
#include "readers.hpp"
#include "usage_error.hpp"

namespace wuxing::fuzz {

/// Throws BrokenProperty unless `holds`.
void demand(bool holds, const std::string& what);

/// A refusal is one line, begins with `name` and has no control characters.
void demand_refusal(const std::string& message, const std::string& name);

/// What `read` gives, or nothing if it throws Error, as a refusal of `name`. Other exceptions pass: they are findings.
template <typename Error, typename Read>
auto accepted(const std::string& name, Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Error& error) {
        demand_refusal(error.what(), name);
        return std::nullopt;
    }
}

/// A file without a folder.
class MemoryFile {
public:
    explicit MemoryFile(const Bytes& content);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const;

private:
    int fd_;
};

inline void no_seal(Bytes&) {}

/// Puts the CRC-32 of what is before it into the last four of bytes[begin, end), if there are that many.
void seal_crc(Bytes& bytes, std::size_t begin, std::size_t end);

std::uint64_t little_endian(const Bytes& bytes, std::size_t at, int size);
void put_little_endian(Bytes& bytes, std::size_t at, std::uint64_t value, int size);

Bytes bytes_of(const std::string& text);
std::string text_of(const Bytes& bytes);

}  // namespace wuxing::fuzz
