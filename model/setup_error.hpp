// What a user can put right: an impossible configuration, a wrong option, a file that cannot be written.
#pragma once

#include <stdexcept>
#include <string>

#include "one_line.hpp"

namespace wuxing {

/// what() is one line. The command ends with exit code 2.
class SetupError : public std::runtime_error {
public:
    explicit SetupError(const std::string& message) : std::runtime_error(one_line(message)) {}
};

}  // namespace wuxing
