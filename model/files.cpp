#include "files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace wuxing {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// A file descriptor that closes itself; close_checked() for writers, where close can report a failure.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    int close_checked() {
        const int fd = fd_;
        fd_ = -1;
        return ::close(fd);
    }

private:
    int fd_;
};

std::vector<std::uint8_t> unpack(const std::vector<std::uint8_t>& packed, const std::string& path) {
    z_stream stream{};
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw FileError(path + ": no memory to unpack it");
    struct Ender {
        z_stream* stream;
        ~Ender() { inflateEnd(stream); }
    } ender{&stream};

    std::vector<std::uint8_t> out(packed.size() * 4 + 4096);
    std::size_t in_done = 0, out_done = 0;
    for (;;) {
        if (out_done == out.size()) out.resize(out.size() * 2);
        constexpr std::size_t kChunk = 1u << 30;  // zlib counts in 32 bits
        const auto in_now = static_cast<uInt>(std::min(packed.size() - in_done, kChunk));
        const auto out_now = static_cast<uInt>(std::min(out.size() - out_done, kChunk));
        stream.next_in = const_cast<Bytef*>(packed.data() + in_done);  // zlib only reads it
        stream.avail_in = in_now;
        stream.next_out = out.data() + out_done;
        stream.avail_out = out_now;
        const int status = inflate(&stream, Z_NO_FLUSH);
        in_done += in_now - stream.avail_in;
        out_done += out_now - stream.avail_out;
        if (status == Z_STREAM_END) {
            if (in_done == packed.size()) break;
            if (inflateReset(&stream) != Z_OK) throw FileError(path + ": no memory to unpack it");  // next member
        } else if (status == Z_BUF_ERROR || (status == Z_OK && in_done == packed.size() && stream.avail_out != 0)) {
            if (in_done == packed.size()) throw FileError(path + ": gzip data cut short; fetch or copy the file again");
        } else if (status != Z_OK) {
            throw FileError(fmt::format("{}: damaged gzip data ({}); fetch or copy the file again", path,
                                        stream.msg != nullptr ? stream.msg : "no valid stream"));
        }
    }
    out.resize(out_done);
    return out;
}

/// Where a write to `path` really goes: a link is followed, so that it is not replaced by the file.
/// Throws FileError unless that is a regular file or nothing yet.
fs::path write_target(const std::string& path) {
    if (path.empty()) throw FileError("cannot write a file without a name");
    std::error_code error;
    fs::path target = path;
    if (fs::is_symlink(target, error)) {
        target = fs::weakly_canonical(target, error);
        if (error) throw FileError(fmt::format("{}: cannot be written: {}", path, error.message()));
    }
    const fs::file_status status = fs::status(target, error);
    if (fs::is_directory(status)) throw FileError(path + ": is a folder, not a file");
    if (fs::exists(status) && !fs::is_regular_file(status)) throw FileError(path + ": is not a regular file");
    return target;
}

}  // namespace

std::vector<std::uint8_t> read_file(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw FileError(fmt::format("{}: cannot be opened: {}", path, reason(errno)));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) throw FileError(fmt::format("{}: cannot be read: {}", path, reason(errno)));
    if (S_ISDIR(info.st_mode)) throw FileError(path + ": is a folder, not a file");

    // One byte more than expected, so that the end of an ordinary file is seen by the second read.
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(info.st_size) + 1);
    std::size_t done = 0;
    for (;;) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw FileError(fmt::format("{}: cannot be read: {}", path, reason(errno)));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
        if (done == bytes.size()) bytes.resize(bytes.size() * 2);
    }
    bytes.resize(done);
    return bytes;
}

std::vector<std::uint8_t> read_file_unpacked(const std::string& path) {
    std::vector<std::uint8_t> bytes = read_file(path);
    const bool gzip = bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
    return gzip ? unpack(bytes, path) : bytes;
}

void check_writable(const std::string& path) {
    const fs::path target = write_target(path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw FileError(fmt::format("{}: there is no folder {}", path, folder.string()));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        throw FileError(fmt::format("{}: cannot write to the folder {}: {}", path, folder.string(), reason(errno)));
    }
}

void write_file_atomically(const std::string& path, const void* data, std::size_t size) {
    check_writable(path);
    const fs::path target = write_target(path);
    const std::string temporary = fmt::format("{}.tmp-{}", target.string(), ::getpid());
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (file.get() < 0) throw FileError(fmt::format("{}: cannot be written: {}", path, reason(errno)));

    const auto fail = [&](int error) {
        ::unlink(temporary.c_str());
        throw FileError(fmt::format("{}: not written, what was there is unchanged: {}", path, reason(error)));
    };
    const char* bytes = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t put = ::write(file.get(), bytes, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) fail(errno);
        bytes += put;
        size -= static_cast<std::size_t>(put);
    }
    if (::fsync(file.get()) != 0) fail(errno);
    if (file.close_checked() != 0) fail(errno);
    if (::rename(temporary.c_str(), target.c_str()) != 0) fail(errno);

    // Makes the rename itself last through a power failure; the file is complete with or without it.
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() >= 0) static_cast<void>(::fsync(directory.get()));
}

void write_file_atomically(const std::string& path, const std::string& text) {
    write_file_atomically(path, text.data(), text.size());
}

}  // namespace wuxing
