// What a user can put right: an impossible configuration, a wrong option, a file that cannot be written.
#pragma once

#include <stdexcept>

namespace wuxing {

/// what() is one line. The command ends with exit code 2.
class SetupError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace wuxing
