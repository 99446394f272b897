#include "waves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "contract.hpp"
#include "core.hpp"
#include "files.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

std::optional<std::uint64_t> cycles(const std::string& text) {
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoull(text);
}

constexpr std::uint64_t kCyclesShown = 50;
constexpr double kZoom = -6.5;  // powers of two of the file's time unit a pixel

// Bits of a trace's flags in a GTKWave save file.
constexpr unsigned kHex = 0x22, kDecimal = 0x24, kBinary = 0x28, kSigned = 0x420, kComment = 0x200;
constexpr unsigned kFixedPoint = 0x40000000;  // with a line "[fpshift_count] N" before the trace

/// The lines of a save file.
class View {
public:
    void line(const std::string& text) { text_ += text + "\n"; }
    void title(const std::string& text) { line(fmt::format("@{:x}\n-{}", kComment, text)); }
    /// A whole signal below the top, with its range if it has one.
    void signal(unsigned flags, const std::string& name, int fraction = 0) {
        format(flags, fraction);
        line("TOP." + name);
    }
    /// Bits high..low of a vector of `width` bits, under a name of their own.
    void part(unsigned flags, int fraction, const std::string& name, const std::string& vector, int width, int high,
              int low) {
        if (width == 1) return signal(flags, vector, fraction);
        format(flags, fraction);
        std::string bits = fmt::format("#{{{}}}", name);
        for (int bit = high; bit >= low; --bit)  // GTKWave counts from the left
            bits += fmt::format(" ({})TOP.{}[{}:0]", width - 1 - bit, vector, width - 1);
        line(bits);
    }
    const std::string& text() const { return text_; }

private:
    void format(unsigned flags, int fraction) {
        if (fraction != 0) line(fmt::format("[fpshift_count] {}", fraction));
        line(fmt::format("@{:x}", fraction != 0 ? flags | kFixedPoint : flags));
    }
    std::string text_;
};

/// AccW of wuxing_tile.
int accumulator_bits(const Capabilities& core) {
    int slot_bits = 1;
    while (1 << slot_bits < core.slots) ++slot_bits;
    return std::max({14 + core.index_bits + core.weight_bits, 16 + core.weight_bits + slot_bits, 36});
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

void write_gtkwave_view(const std::string& path, const std::string& waves, const Capabilities& core, CycleWindow window,
                        const WaveFocus& focus) {
    const int tiles = core.tiles, weight_places = weight_fraction(core.weight_bits);
    const std::uint64_t marker = focus.cycle ? *focus.cycle : window.from;
    const std::uint64_t left = marker > window.from + kCyclesShown / 2 ? marker - kCyclesShown / 2 : window.from;
    View view;
    view.line(fmt::format("[dumpfile] \"{}\"", std::filesystem::absolute(waves).string()));
    view.line("[size] 1500 1000\n[pos] -1 -1");
    view.line(fmt::format("[timestart] {}", left * kCycleNanoseconds));
    view.line(fmt::format("*{:.6f} {} -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1",
                          kZoom, marker * kCycleNanoseconds));
    view.line("[signals_width] 340\n[sst_expanded] 0");

    view.title("clock and state");
    view.signal(kBinary, "clk_i");
    view.signal(kBinary, "rst_ni");
    view.signal(kDecimal, "obs_phase_o[2:0]");
    view.title("sample and result streams");
    for (const char* name : {"smp_valid_i", "smp_ready_o", "smp_last_i"}) view.signal(kBinary, name);
    view.signal(kHex, "smp_data_i[31:0]");
    for (const char* name : {"res_valid_o", "res_ready_i"}) view.signal(kBinary, name);
    view.part(kDecimal, 0, "class", "res_data_o", 64, 15, 0);
    view.part(kSigned, kStateFraction, "y of the class", "res_data_o", 64, 47, 32);

    view.title(fmt::format("records of tile {}", focus.tile));
    const int t = focus.tile;
    view.part(kBinary, 0, "record shown", "obs_valid_o", tiles, t, t);
    view.signal(kDecimal, "obs_kind_o[2:0]");
    view.signal(kDecimal, "obs_layer_o[3:0]");
    view.signal(kDecimal, "obs_input_o[15:0]");
    view.part(kDecimal, 0, "neuron", "obs_neuron_o", 16 * tiles, 16 * t + 15, 16 * t);
    view.part(kHex, 0, "address", "obs_addr_o", 18 * tiles, 18 * t + 17, 18 * t);
    const auto field = [&](const char* name, int k, int fraction) {
        const int low = 112 * t + 16 * k;
        view.part(kSigned, fraction, name, "obs_data_o", 112 * tiles, low + 15, low);
    };
    field("u | E0 | b0", 0, kStateFraction);
    field("E1 | b1", 1, kStateFraction);
    field("E2 | b2", 2, kStateFraction);
    field("E3 | b3", 3, kStateFraction);
    field("E4 | b4", 4, kStateFraction);
    field("e", 5, kStateFraction);
    field("g", 6, kStepFraction);
    field("old C", 0, weight_places);
    field("new C", 1, weight_places);
    if (core.learns_k) {
        field("old K", 0, kStateFraction);
        field("new K", 1, kStateFraction);
        field("G1", 2, kStateFraction);
        field("S'", 3, kStateFraction);
    }

    view.title(fmt::format("inside tile {}", focus.tile));
    const std::string inside = fmt::format("wuxing_core.u_array.g_tile[{}].u_tile.", t);
    const auto word = [&](const char* name, int fraction) { view.signal(kSigned, inside + name + "[15:0]", fraction); };
    word("x_i", kStateFraction);
    word("weight", weight_places);
    word("param_rdata", kStateFraction);
    word("state_rdata", kStateFraction);
    word("held_q", kStateFraction);
    word("drive_q", kStateFraction);
    word("a", 0);
    word("b", 0);
    view.signal(kSigned, inside + "product[31:0]");
    view.signal(kSigned, inside + fmt::format("acc[{}:0]", accumulator_bits(core) - 1));
    word("rounded", kStateFraction);
    word("u_ring.rdata", kStateFraction);
    word("value", kStateFraction);
    word("error_i", kStateFraction);

    view.title("host bus");
    for (const char* name : {"wb_cyc_i", "wb_stb_i", "wb_we_i", "wb_ack_o", "wb_err_o"}) view.signal(kBinary, name);
    for (const char* name : {"wb_adr_i[27:0]", "wb_dat_i[31:0]", "wb_dat_o[31:0]"}) view.signal(kHex, name);
    write_file_atomically(path, view.text());
}

}  // namespace wuxing::sim
