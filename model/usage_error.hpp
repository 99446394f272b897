// A mistake of whoever gave the options; the message is one line that says what and, for a file, where.
#pragma once

#include <stdexcept>

namespace wuxing {

class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace wuxing
