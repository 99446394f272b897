// The one error type of everything that reads or writes files.
#pragma once

#include <stdexcept>

namespace wuxing {

/// A file that is missing, damaged or not what it should be. what() is one line, starting with the file's name, that
/// says what is wrong and what to do.
class FileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace wuxing
