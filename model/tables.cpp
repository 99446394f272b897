#include "tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wuxing {

std::string grouped(long long value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > (value < 0 ? 4U : 3U);) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string percent(double share) {
    return fmt::format("{:.2f} %", 100.0 * share);
}

std::string format_layers(const std::vector<int>& sizes) {
    return fmt::format("{}", fmt::join(sizes, "-"));
}

std::string format_table(const std::vector<std::vector<std::string>>& rows, std::size_t heading_rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
    }
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t k = 0; k < rows[r].size(); ++k) {
            line +=
                k == 0 ? fmt::format("{:<{}}", rows[r][k], widths[k]) : fmt::format("  {:>{}}", rows[r][k], widths[k]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
        if (r + 1 == heading_rows) {
            std::size_t total = 2 * (widths.size() - 1);
            for (const std::size_t width : widths) total += width;
            text += std::string(total, '-') + '\n';
        }
    }
    return text;
}

}  // namespace wuxing
