#include "readers.hpp"

namespace wuxing::fuzz {

std::vector<Reader> readers() {
    return {kIdx, kGzip, kModelFile, kConfigFile, kPlan, kCheckpoint, kResume, kResult, kFrame};
}

Reader reader_of(const std::string& name) {
    for (const Reader& reader : readers()) {
        if (reader.name == name) return reader;
    }
    throw std::invalid_argument("no reader is called " + name);
}

}  // namespace wuxing::fuzz
