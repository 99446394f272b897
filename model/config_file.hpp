// Configuration files: a strict subset of TOML. CLI11 has a reader of its own, but it knows no line numbers, joins
// duplicates into lists, cuts quoted text at a '#', and takes an open quote for part of the text.
#pragma once

#include <string>
#include <vector>

namespace wuxing {

/// A number or true/false as it was written, or the content of a quoted text.
struct ConfigValue {
    std::string text;
    bool quoted = false;
};

/// key = value, or key = [value, value, ...].
struct ConfigEntry {
    std::string key;
    std::vector<ConfigValue> values;  ///< exactly one unless `list`; at least one
    bool list = false;
    int line = 0;  ///< from 1
};

/// [name] and the keys below it.
struct ConfigSection {
    std::string name;
    int line = 0;
    std::vector<ConfigEntry> entries;
};

struct ConfigFile {
    std::string name;                  ///< for messages
    std::vector<ConfigEntry> entries;  ///< those before the first section
    std::vector<ConfigSection> sections;

    /// "name:line: ", to begin a message with.
    std::string where(int line) const;
};

/// Reads configuration text: lines of `key = value` or `[section]`, comments from '#' on, names of letters, digits, '-'
/// and '_'. Values are numbers, true, false, "text" with the escapes \" \\ \n \r \t \u00XX, 'text' without any, and
/// lists of these in brackets, over several lines if need be. Throws UsageError, naming the line, for anything else and
/// for a key or section given twice.
ConfigFile parse_config(const std::string& text, const std::string& name);

/// The same for a file of at most 1 MiB; throws FileError if it cannot be read.
ConfigFile read_config(const std::string& path);

/// Text as a quoted value.
std::string quoted_config(const std::string& text);

}  // namespace wuxing
