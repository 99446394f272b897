// What is fuzzed: one harness a reader. Each looks at more than whether the program lives: what is accepted is the same
// when written and read again, what is refused is refused with one line and the error type the header promises.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace wuxing::fuzz {

using Bytes = std::vector<std::uint8_t>;

struct Reader {
    const char* name;
    /// Reads hostile bytes. True if they are accepted; throws BrokenProperty, or whatever else should not come out.
    bool (*accepts)(const Bytes& input);
    /// Intact inputs, from the project's own writers.
    std::vector<Bytes> (*seeds)();
    /// Puts checksums and lengths right, so that damage gets behind them; the size stays.
    void (*seal)(Bytes& input);
};

class BrokenProperty : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

extern const Reader kIdx, kGzip, kModelFile, kConfigFile, kPlan, kCheckpoint, kResume, kResult, kFrame;

std::vector<Reader> readers();

/// The one of that name; throws std::invalid_argument.
Reader reader_of(const std::string& name);

}  // namespace wuxing::fuzz
