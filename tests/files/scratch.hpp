// What the cases of this folder share: a scratch folder, small files, messages, running a command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset.hpp"
#include "file_error.hpp"
#include "network.hpp"

namespace wuxing::test {

using Bytes = std::vector<std::uint8_t>;

/// A folder of its own, removed at the end.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::string& folder() const { return folder_; }
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    /// Writes a file, returns its path.
    std::string write(const std::string& name, const Bytes& bytes) const;
    std::string write(const std::string& name, const std::string& text) const;
    Bytes read(const std::string& name) const;
    /// Names in the folder, sorted.
    std::vector<std::string> names() const;

private:
    std::string folder_;
};

/// bytes as one gzip member.
Bytes gzip(const Bytes& bytes);

/// IDX files by hand. Pixel p of image k is (7 k + 3 p) % 256, every other one zero; label k is k % classes.
Bytes idx_images(int count, int rows, int columns);
Bytes idx_labels(int count, int classes);

/// The four files of a small data set: 60 and 20 images of 4 x 4 pixels, 3 classes.
void write_small_dataset(const Scratch& scratch);

/// An initialised network with weights and K at the edges of their ranges somewhere.
Network small_network();

/// The message of the FileError that `action` throws; "(no error)" if none. Other exceptions pass.
template <typename Action>
std::string file_error(Action action) {
    try {
        action();
    } catch (const FileError& error) {
        return error.what();
    }
    return "(no error)";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// How many times fewer images a run of a given time has under sanitizers.
#ifdef __SANITIZE_ADDRESS__
constexpr int kSlowdown = 20;
#else
constexpr int kSlowdown = 1;
#endif

/// One line: not empty, no line break but at the very end.
inline bool is_one_line(const std::string& text) {
    const std::size_t end = text.find('\n');
    return !text.empty() && (end == std::string::npos || end + 1 == text.size());
}

/// How often a POSIX extended regular expression (never of the empty string) matches, without overlaps; std::regex makes g++ 12 warn under sanitizers.
std::size_t matches(const std::string& text, const std::string& pattern);

struct CommandResult {
    int code = -1;  ///< exit code, or 128 + signal
    std::string out, err;
};

/// Runs a shell command line with `scratch` for its output.
CommandResult run_shell(const Scratch& scratch, const std::string& command_line);

/// Runs `wuxing` with these arguments (shell syntax) in the scratch folder.
CommandResult run_wuxing(const Scratch& scratch, const std::string& arguments);

}  // namespace wuxing::test
