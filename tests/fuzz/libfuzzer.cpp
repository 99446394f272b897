// One harness as libFuzzer runs it: a property that breaks, or any other exception, ends the process and is a finding.
#include <algorithm>

#include "readers.hpp"

using wuxing::fuzz::Bytes;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wuxing::fuzz::WUXING_READER.accepts(Bytes(data, data + size));
    return 0;
}

/// Most inputs are sealed behind the change: what stays behind a checksum is not found by chance.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 8 == 0) return size;
    Bytes input(data, data + size);
    wuxing::fuzz::WUXING_READER.seal(input);
    std::copy_n(input.begin(), size, data);
    return size;
}
