#include "injection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw SetupError(fmt::format("--inject {}: {} (KIND:ORDINAL[+]:BIT[:FIELD] or memory, parameter or state:TILE:ADDRESS:BIT@SAMPLE)", text,
                                 why));
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts{""};
    for (char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::uint64_t number(const std::string& all, const std::string& text, std::uint64_t limit, const char* what) {
    char* end = nullptr;
    const bool digits = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0]));
    const std::uint64_t value = digits ? std::strtoull(text.c_str(), &end, 0) : 0;
    if (!digits || *end != '\0') refuse(all, fmt::format("{} '{}' is no number", what, text));
    if (value > limit) refuse(all, fmt::format("{} {} is above {}", what, value, limit));
    return value;
}

std::size_t field_index(const std::string& all, EventKind kind, const std::string& text) {
    const auto& fields = event_fields(kind);
    for (std::size_t k = 0; k < fields.size(); ++k)
        if (text == fields[k].name) return k;
    if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0])))
        refuse(all, fmt::format("{} has no field '{}'", to_string(kind), text));
    return static_cast<std::size_t>(number(all, text, fields.size() - 1, "field"));
}

}  // namespace

Injection parse_injection(const std::string& text) {
    Injection injection;
    std::vector<std::string> parts = split(text, ':');
    const std::array<const char*, 3> memories{"memory", "parameter", "state"};  // in the order of MemoryKind
    if (const auto memory = std::find(memories.begin(), memories.end(), parts[0]); memory != memories.end()) {
        if (parts.size() != 4) refuse(text, "needs tile, address, bit and sample");
        const std::vector<std::string> last = split(parts[3], '@');
        if (last.size() != 2) refuse(text, "needs a bit and a sample, BIT@SAMPLE");
        MemoryInjection m;
        m.memory = static_cast<MemoryKind>(memory - memories.begin());
        m.address.tile = static_cast<int>(number(text, parts[1], 255, "tile"));
        m.address.word = static_cast<std::uint32_t>(number(text, parts[2], (1u << 18) - 1, "address"));
        m.bit = static_cast<int>(number(text, last[0], 15, "bit"));
        m.sample = number(text, last[1], ~std::uint64_t{0}, "sample");
        injection.memory = m;
        return injection;
    }
    if (parts.size() < 3 || parts.size() > 4) refuse(text, "needs kind, ordinal and bit");
    EventInjection e;
    bool known = false;
    for (int k = 0; k < kEventKinds; ++k)
        if (parts[0] == to_string(static_cast<EventKind>(k))) {
            e.kind = static_cast<EventKind>(k);
            known = true;
        }
    if (!known) refuse(text, fmt::format("there is no event kind '{}'", parts[0]));
    e.repeated = !parts[1].empty() && parts[1].back() == '+';
    if (e.repeated) parts[1].pop_back();
    e.ordinal = number(text, parts[1], ~std::uint64_t{0} - 1, "ordinal");
    e.bit = static_cast<int>(number(text, parts[2], 15, "bit"));
    if (parts.size() == 4) e.field = field_index(text, e.kind, parts[3]);
    injection.event = e;
    return injection;
}

void Injector::write(const Observation& observation) {
    const std::uint64_t ordinal = count_;
    const bool hit = observation.record.kind == injection_.kind &&
                     (ordinal == injection_.ordinal || (injection_.repeated && ordinal > injection_.ordinal));
    count_ += observation.record.kind == injection_.kind ? 1 : 0;
    if (!hit) {
        out.write(observation);
        return;
    }
    Observation changed = observation;
    std::int16_t& value = changed.record.values[injection_.field];
    value = static_cast<std::int16_t>(value ^ static_cast<std::int16_t>(1 << injection_.bit));
    out.write(changed);
}

}  // namespace wuxing::sim
