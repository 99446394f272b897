// The one error type of everything that reads or writes files.
#pragma once

#include <stdexcept>
#include <string>

#include "one_line.hpp"

namespace wuxing {

/// A file that is missing, damaged or not what it should be. what() is one line, starting with the file's name, that
/// says what is wrong and what to do.
class FileError : public std::runtime_error {
public:
    explicit FileError(const std::string& message) : std::runtime_error(one_line(message)) {}
};

}  // namespace wuxing
