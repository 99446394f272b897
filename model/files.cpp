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
#include <map>
#include <new>
#include <random>
#include <system_error>
#include <tuple>

#include "usage_error.hpp"

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

/// The file behind a name, every link followed. What cannot be looked at stays as it is named.
fs::path file_behind(const std::string& path) {
    std::error_code error;
    fs::path file = fs::absolute(path, error).lexically_normal();
    constexpr int kMostLinks = 40;  // as many as the system follows
    for (int link = 0; link < kMostLinks; ++link) {
        const fs::path real = fs::weakly_canonical(file, error);
        if (error) break;
        file = real;
        // A link to nothing yet: what is written first would make it one to something.
        if (!fs::is_symlink(file, error)) break;
        const fs::path target = fs::read_symlink(file, error);
        if (error) break;
        file = file.parent_path() / target;
    }
    return file;
}

/// Equal for two names of one file. By folder and name within it, for a write replaces the entry of the folder: another
/// entry of the same file, a hard link, keeps what it had.
using FilePlace = std::tuple<dev_t, ino_t, std::string>;

FilePlace place_of(const std::string& path) {
    const fs::path file = file_behind(path);
    struct stat folder {};
    if (::stat(file.parent_path().c_str(), &folder) != 0) return {0, 0, file.string()};
    return {folder.st_dev, folder.st_ino, file.filename().string()};
}

std::string both_names(const NamedFile& a, const NamedFile& b) {
    return a.path == b.path ? a.path : a.path + ", " + b.path;
}

/// A new file beside `target`, open for writing; -1 as open(). Its name is by chance: a process in another container
/// may have our number, and one that was killed may have left a file.
int create_beside(const fs::path& target, std::string& name) {
    std::random_device random;
    for (;;) {
        name = fmt::format("{}.tmp-{:08x}", target.string(), random());
        const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
}

int rename_to(const std::string& from, const fs::path& to, Existing existing) {
    if (existing == Existing::refuse) {
        const int status = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
        if (status == 0 || (errno != EINVAL && errno != ENOSYS)) return status;  // else the file system cannot do it
    }
    return ::rename(from.c_str(), to.c_str());
}

}  // namespace

/// The bytes of a file, packed or not, piece by piece.
class FileReader::Source {
public:
    Source(const std::string& path, Content content)
        : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), buffer_(kBuffer) {
        if (file_.get() < 0) throw FileError(fmt::format("{}: cannot be opened: {}", path, reason(errno)));
        struct stat info {};
        if (::fstat(file_.get(), &info) != 0) {
            throw FileError(fmt::format("{}: cannot be read: {}", path, reason(errno)));
        }
        if (S_ISDIR(info.st_mode)) throw FileError(path + ": is a folder, not a file");
        if (content == Content::plain) return;
        while (filled_ < 2) {  // a pipe may give one byte at a time
            const std::size_t got = read_raw(buffer_.data() + filled_, buffer_.size() - filled_);
            if (got == 0) return;
            filled_ += got;
        }
        if (buffer_[0] != 0x1F || buffer_[1] != 0x8B) return;
        constexpr int kGzipOnly = 15 + 16;
        if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw FileError(path + ": no memory to unpack it");
        gzip_ = true;
    }
    ~Source() {
        if (gzip_) inflateEnd(&stream_);
    }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    const std::string& path() const { return path_; }

    /// At least one byte and at most `room` (> 0); 0 at the end.
    std::size_t read(std::uint8_t* to, std::size_t room) {
        if (gzip_) return unpack(to, room);
        if (used_ == filled_) return read_raw(to, room);
        const std::size_t some = std::min(room, filled_ - used_);
        std::copy_n(buffer_.data() + used_, some, to);
        used_ += some;
        return some;
    }

private:
    static constexpr std::size_t kBuffer = 1u << 16;

    std::size_t read_raw(std::uint8_t* to, std::size_t room) {
        for (;;) {
            const ssize_t got = ::read(file_.get(), to, room);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) throw FileError(fmt::format("{}: cannot be read: {}", path_, reason(errno)));
        }
    }

    std::size_t unpack(std::uint8_t* to, std::size_t room) {
        room = std::min(room, std::size_t{1} << 30);  // zlib counts in 32 bits
        for (;;) {
            if (used_ == filled_) {
                used_ = 0;
                filled_ = read_raw(buffer_.data(), buffer_.size());
            }
            const bool at_end = filled_ == 0;
            if (member_done_) {
                if (at_end) return 0;
                if (inflateReset(&stream_) != Z_OK) throw FileError(path_ + ": no memory to unpack it");
                member_done_ = false;
            }
            stream_.next_in = buffer_.data() + used_;
            stream_.avail_in = static_cast<uInt>(filled_ - used_);
            stream_.next_out = to;
            stream_.avail_out = static_cast<uInt>(room);
            const int status = inflate(&stream_, Z_NO_FLUSH);
            used_ = filled_ - stream_.avail_in;
            member_done_ = status == Z_STREAM_END;
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
                throw FileError(fmt::format("{}: damaged gzip data ({}); fetch or copy the file again", path_,
                                            stream_.msg != nullptr ? stream_.msg : "no valid stream"));
            }
            if (stream_.avail_out != room) return room - stream_.avail_out;
            if (at_end && !member_done_) {
                throw FileError(path_ + ": gzip data cut short; fetch or copy the file again");
            }
        }
    }

    std::string path_;
    Descriptor file_;
    std::vector<std::uint8_t> buffer_;
    std::size_t used_ = 0, filled_ = 0;  // of the buffer
    z_stream stream_{};
    bool gzip_ = false, member_done_ = false;
};

FileReader::FileReader(const std::string& path, Content content) : source_(std::make_unique<Source>(path, content)) {}

FileReader::~FileReader() = default;

void FileReader::read_up_to(std::vector<std::uint8_t>& bytes, std::uint64_t size) {
    try {
        while (bytes.size() < size) {
            // In pieces, so that a short file takes little memory whatever is asked for.
            constexpr std::size_t kPiece = 1u << 16;
            const std::size_t done = bytes.size();
            const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(size - done, std::max(done, kPiece)));
            bytes.resize(done + room);
            const std::size_t got = source_->read(bytes.data() + done, room);
            bytes.resize(done + got);
            if (got == 0) return;
        }
    } catch (const std::bad_alloc&) {
        throw FileError(fmt::format("{}: not enough memory for its {} bytes", source_->path(), size));
    }
}

std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit) {
    std::vector<std::uint8_t> bytes;
    FileReader(path, FileReader::Content::plain).read_up_to(bytes, limit + 1);
    if (bytes.size() > limit) throw FileError(fmt::format("{}: longer than {} bytes; check the file", path, limit));
    return bytes;
}

void check_writable(const std::string& path) {
    const fs::path target = write_target(path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        throw FileError(fmt::format("{}: there is no folder {}", path, folder.string()));
    }
    // It could be replaced, but was protected against that.
    if (fs::exists(target, error) && ::access(target.c_str(), W_OK) != 0) {
        throw FileError(fmt::format("{}: cannot be written: {}", path, reason(errno)));
    }
    // Tried, not asked for: root may write everywhere and yet not in every file system.
    std::string probe;
    const Descriptor file(create_beside(target, probe));
    if (file.get() < 0) {
        throw FileError(fmt::format("{}: cannot write to the folder {}: {}", path, folder.string(), reason(errno)));
    }
    ::unlink(probe.c_str());
}

void check_distinct(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs) {
    std::map<FilePlace, const NamedFile*> read, written;
    for (const NamedFile& input : inputs)
        if (!input.path.empty()) read.emplace(place_of(input.path), &input);
    for (const NamedFile& output : outputs) {
        if (output.path.empty() || (output.path == "-" && output.option.find("json") != std::string::npos)) continue;
        const FilePlace place = place_of(output.path);
        if (const auto input = read.find(place); input != read.end())
            throw UsageError(fmt::format("{} would overwrite what {} reads: both name the same file ({})",
                                         output.option, input->second->option, both_names(*input->second, output)));
        const auto [other, fresh] = written.emplace(place, &output);
        if (!fresh)
            throw UsageError(fmt::format("{} and {} name the same file ({}): one would overwrite the other",
                                         other->second->option, output.option, both_names(*other->second, output)));
    }
}

void write_file_atomically(const std::string& path, const void* data, std::size_t size, Existing existing) {
    check_writable(path);
    const fs::path target = write_target(path);
    std::string temporary;
    Descriptor file(create_beside(target, temporary));
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
    if (rename_to(temporary, target, existing) != 0) fail(errno);

    // Makes the rename itself last through a power failure; the file is complete with or without it.
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() >= 0) static_cast<void>(::fsync(directory.get()));
}

void write_file_atomically(const std::string& path, const std::string& text) {
    write_file_atomically(path, text.data(), text.size());
}

}  // namespace wuxing
