#include "waves.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core.hpp"
#include "files.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

std::optional<std::uint64_t> cycles(const std::string& text) {
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoull(text);
}

}  // namespace

CycleWindow WaveRequest::around(std::uint64_t cycle) const {
    return {cycle > margin ? cycle - margin : 0, cycle + margin};
}

CycleWindow parse_window(const std::string& option, const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon != std::string::npos) {
        const auto from = cycles(text.substr(0, colon)), to = cycles(text.substr(colon + 1));
        if (from && to && *from < *to) return {*from, *to};
    }
    throw SetupError(fmt::format("{} {}: a window is two cycles in order, FROM:TO", option, text));
}

WaveRequest parse_waves(const std::string& text) {
    WaveRequest request;
    request.always = true;
    if (text.empty()) return request;
    if (text == "off") {
        request.on_divergence = request.always = false;
    } else if (text.find(':') != std::string::npos) {
        request.window = parse_window("--waves", text);
    } else if (const auto margin = cycles(text)) {
        request.margin = *margin;
    } else {
        throw SetupError(fmt::format("--waves={}: cycles to both sides, FROM:TO, or off", text));
    }
    return request;
}

void write_gtkwave_view(const std::string& path, const std::string& waves, int tiles, CycleWindow window,
                        const WaveFocus& focus) {
    static_cast<void>(tiles);
    std::string text = fmt::format("[dumpfile] \"{}\"\n", std::filesystem::absolute(waves).string());
    static_cast<void>(window);
    static_cast<void>(focus);
    write_file_atomically(path, text);
}

}  // namespace wuxing::sim
