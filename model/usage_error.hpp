// A mistake of whoever gave the options; the message is one line that says what and, for a file, where.
#pragma once

#include <stdexcept>
#include <string>

#include "one_line.hpp"

namespace wuxing {

class UsageError : public std::runtime_error {
public:
    explicit UsageError(const std::string& message) : std::runtime_error(one_line(message)) {}
};

}  // namespace wuxing
