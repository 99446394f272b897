// Numbers and tables as text.
#pragma once

#include <string>
#include <vector>

namespace wuxing {

/// 1234567 as 1,234,567.
std::string grouped(long long value);

/// A share as 12.34 %.
std::string percent(double share);

/// Sizes as 784-80-10.
std::string format_layers(const std::vector<int>& sizes);

/// Cells padded to the width of their column, the first one to the left, the others to the right; a line below the
/// heading rows.
std::string format_table(const std::vector<std::vector<std::string>>& rows, std::size_t heading_rows);

}  // namespace wuxing
