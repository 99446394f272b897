#include "fault_list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "files.hpp"
#include "setup_error.hpp"

namespace wuxing {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kLargestList = std::uint64_t{1} << 30;

bool has_neuron(FaultKind kind) {
    return kind != FaultKind::event && kind != FaultKind::drop && kind != FaultKind::tile;
}

bool has_bit(FaultKind kind) {
    return kind != FaultKind::drop && kind != FaultKind::tile;
}

/// A whole number of 0 or more, which is then no longer in the object.
template <typename T>
T take(Json& line, const char* key) {
    if (!line.contains(key)) throw std::invalid_argument(fmt::format("{} is missing", key));
    const Json value = line[key];
    if (!value.is_number_unsigned() ||
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<T>::max()))
        throw std::invalid_argument(fmt::format("{} is no whole number of 0 or more", key));
    line.erase(key);
    return value.get<T>();
}

Fault parse_fault(const std::string& text) {
    // The parser takes it for the end of the text, and what follows for nothing.
    if (text.find('\0') != std::string::npos) throw std::invalid_argument("a NUL byte");
    std::set<std::string> keys;
    const auto flat = [&keys](int depth, Json::parse_event_t event, const Json& parsed) {
        // It may be nested deeper than the stack that copies it.
        if (depth > 1) throw std::invalid_argument("JSON within JSON");
        // Of two values of a key the parser keeps one.
        if (event == Json::parse_event_t::key && !keys.insert(parsed.get<std::string>()).second)
            throw std::invalid_argument(fmt::format("{} is given twice", parsed.get<std::string>()));
        return true;
    };
    Json line = Json::parse(text, flat, false);
    if (!line.is_object()) throw std::invalid_argument("no JSON object");
    const std::string name = line.value("kind", Json()).is_string() ? line["kind"].get<std::string>() : "";
    const auto kind =
        std::find_if(kFaultKinds.begin(), kFaultKinds.end(), [&](FaultKind k) { return name == to_string(k); });
    if (kind == kFaultKinds.end()) throw std::invalid_argument("no kind of fault");
    line.erase("kind");
    Fault fault;
    fault.kind = *kind;
    fault.image = take<std::uint64_t>(line, "image");
    if (has_neuron(fault.kind)) {
        fault.layer = take<int>(line, "layer");
        fault.neuron = take<int>(line, "neuron");
    }
    fault.index = take<int>(line, index_name(fault.kind));
    if (has_bit(fault.kind)) fault.bit = take<int>(line, "bit");
    if (fault.kind == FaultKind::tile) fault.tiles = take<int>(line, "tiles");
    if (!line.empty())
        throw std::invalid_argument(fmt::format("a fault of kind {} has no {}", name, line.begin().key()));
    return fault;
}

}  // namespace

std::string fault_line(const Fault& fault) {
    Json line{{"image", fault.image}, {"kind", to_string(fault.kind)}};
    if (has_neuron(fault.kind)) {
        line["layer"] = fault.layer;
        line["neuron"] = fault.neuron;
    }
    line[index_name(fault.kind)] = fault.index;
    if (has_bit(fault.kind)) line["bit"] = fault.bit;
    if (fault.kind == FaultKind::tile) line["tiles"] = fault.tiles;
    return line.dump();
}

FaultList::FaultList(const std::string& path, const NetworkConfig& network) : path_(path) {
    const std::vector<std::uint8_t> bytes = read_file(path, kLargestList);
    std::istringstream lines(std::string(bytes.begin(), bytes.end()));
    std::string text;
    std::set<std::string> seen;  // two of a kind in one place would cancel each other
    for (int number = 1; std::getline(lines, text); ++number) {
        try {
            const Fault fault = parse_fault(text);
            check_fault(fault, network);
            if (!seen.insert(fault_line(fault)).second) throw std::invalid_argument("the same fault twice");
            all_.push_back(fault);
            by_image_[fault.image].push_back(fault);
        } catch (const std::invalid_argument& error) {
            throw FileError(fmt::format("{}:{}: {}", path, number, error.what()));
        }
    }
}

void FaultList::check_images(std::uint64_t images) const {
    for (std::size_t n = 0; n < all_.size(); ++n)
        if (all_[n].image >= images)
            throw SetupError(fmt::format("{}:{}: image {} is struck, but the run has only {} images (0 to {}); --images sets them",
                                         path_, n + 1, all_[n].image, images, images - 1));
}

const Faults& FaultList::of(std::uint64_t image) const {
    const auto found = by_image_.find(image);
    return found != by_image_.end() ? found->second : none_;
}

}  // namespace wuxing
