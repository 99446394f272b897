// Whole files: reading (gzip if it is one), and writing that never leaves half a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "file_error.hpp"

namespace wuxing {

/// All bytes of a file. Throws FileError if it is missing, a folder, or cannot be read.
std::vector<std::uint8_t> read_file(const std::string& path);

/// As read_file, unpacked if the content starts as gzip. Throws FileError for damaged or truncated gzip.
std::vector<std::uint8_t> read_file_unpacked(const std::string& path);

/// Throws FileError if write_file_atomically to `path` is bound to fail (no folder, no permission, not a regular file):
/// to be called before the work whose result goes there.
void check_writable(const std::string& path);

/// Writes to a temporary file in the same folder, syncs it, and renames it over `path`: a reader sees the old file or
/// the new one, and any failure (throws FileError) leaves the old one.
void write_file_atomically(const std::string& path, const void* data, std::size_t size);
void write_file_atomically(const std::string& path, const std::string& text);

}  // namespace wuxing
