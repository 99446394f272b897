// A list of faults as a file, a line of JSON each (docs/faults.md): what the golden model and a core are struck by
// alike.
#pragma once

#include <string>
#include <unordered_map>

#include "faults.hpp"

namespace wuxing {

/// One fault as a line, without its end.
std::string fault_line(const Fault& fault);

/// Faults by image.
class FaultList {
public:
    FaultList() = default;
    /// Throws FileError that names file and line: unreadable, no such fault, no such place in the network.
    FaultList(const std::string& path, const NetworkConfig& network);

    const Faults& of(std::uint64_t image) const;
    /// Throws SetupError that names file and line if there is one of image `images` (at least 1) or later.
    void check_images(std::uint64_t images) const;
    /// All of them, in the order of the file.
    const Faults& all() const { return all_; }

private:
    std::string path_;
    Faults all_;  // by line
    std::unordered_map<std::uint64_t, Faults> by_image_;
    Faults none_;
};

}  // namespace wuxing
