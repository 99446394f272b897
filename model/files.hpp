// Files: reading (gzip if it is one) of no more than is asked for, and writing that never leaves half a file, nor takes
// one from its reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "file_error.hpp"

namespace wuxing {

/// A file, read from its beginning. A caller that knows from the first bytes how long it has to be asks for one byte
/// more, and no file, however long or endless, takes more memory than that.
class FileReader {
public:
    enum class Content { plain, maybe_gzip };  ///< maybe_gzip: unpacked if it starts as gzip

    /// Throws FileError if the file is missing, a folder, or cannot be read.
    FileReader(const std::string& path, Content content);
    ~FileReader();
    FileReader(const FileReader&) = delete;
    FileReader& operator=(const FileReader&) = delete;

    /// Appends what comes next, until `bytes` has `size` bytes or the file ends. Throws FileError for a failed read,
    /// damaged or truncated gzip, or want of memory.
    void read_up_to(std::vector<std::uint8_t>& bytes, std::uint64_t size);

private:
    class Source;
    std::unique_ptr<Source> source_;
};

/// All bytes of a file; throws FileError as above, or if there are more than `limit`.
std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit);

/// Throws FileError if write_file_atomically to `path` is bound to fail (no folder, no permission, a write-protected
/// file, not a regular file): to be called before the work whose result goes there.
void check_writable(const std::string& path);

/// A file of a command: the option that names it, and its name. An empty name is no file.
struct NamedFile {
    std::string option, path;
};

/// Throws UsageError if two outputs are one file, or one of them a file that is read, whatever links and folders they
/// are named by. To be called before anything is written. Of JSON "-" is standard output; an input may be there twice.
void check_distinct(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs);

enum class Existing { replace, refuse };

/// Writes to a temporary file in the same folder, syncs it, and renames it over `path`: a reader sees the old file or
/// the new one, and any failure (throws FileError) leaves the old one. With Existing::refuse a file that is there is a
/// failure; of several processes at once, one succeeds.
void write_file_atomically(const std::string& path, const void* data, std::size_t size,
                           Existing existing = Existing::replace);
void write_file_atomically(const std::string& path, const std::string& text);

}  // namespace wuxing
