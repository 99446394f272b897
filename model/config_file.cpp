#include "config_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

#include "files.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

class Parser {
public:
    Parser(const std::string& text, const std::string& name) : text_(text) { file_.name = name; }

    ConfigFile parse() {
        for (skip_lines(); !at_end(); skip_lines()) {
            const int line = line_;
            if (take('[')) {
                ConfigSection section;
                section.line = line;
                section.name = name("a section in brackets");
                if (!take(']')) fail("']' is missing behind the name of a section");
                for (const ConfigSection& other : file_.sections) {
                    if (other.name == section.name) {
                        fail(fmt::format("section {} is given twice, first in line {}", section.name, other.line));
                    }
                }
                file_.sections.push_back(std::move(section));
            } else {
                ConfigEntry entry;
                entry.line = line;
                entry.key = name("'key = value'");
                skip_blanks();
                if (!take('=')) fail(fmt::format("'=' is missing behind {}", entry.key));
                skip_blanks();
                read_values(entry);
                auto& entries = file_.sections.empty() ? file_.entries : file_.sections.back().entries;
                for (const ConfigEntry& other : entries) {
                    if (other.key == entry.key) {
                        fail(fmt::format("{} is given twice, first in line {}", entry.key, other.line));
                    }
                }
                entries.push_back(std::move(entry));
            }
            skip_blanks();
            if (!at_end() && peek() != '\n' && peek() != '#') fail("the line goes on where it should end");
        }
        return std::move(file_);
    }

private:
    bool at_end() const { return at_ == text_.size(); }
    char peek() const { return text_[at_]; }
    bool take(char c) {
        if (at_end() || peek() != c) return false;
        if (c == '\n') ++line_;
        ++at_;
        return true;
    }
    [[noreturn]] void fail(const std::string& why) const { throw UsageError(file_.where(line_) + why); }

    void skip_blanks() {
        while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r')) ++at_;
    }
    /// Blanks, comments and ends of lines.
    void skip_lines() {
        for (;;) {
            skip_blanks();
            if (!at_end() && peek() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
            if (!take('\n')) return;
        }
    }

    std::string name(const char* expected) {
        const std::size_t start = at_;
        while (!at_end() && is_name_character(peek())) ++at_;
        if (at_ == start) fail(fmt::format("{} is expected (names have letters, digits, '-' and '_')", expected));
        return text_.substr(start, at_ - start);
    }

    void read_values(ConfigEntry& entry) {
        if (!take('[')) {
            entry.values.push_back(value(entry.key));
            return;
        }
        entry.list = true;
        for (skip_lines(); !take(']'); skip_lines()) {
            if (!entry.values.empty()) {
                if (!take(',')) fail(fmt::format("',' or ']' is missing in the list of {}", entry.key));
                skip_lines();
                if (take(']')) break;  // a comma behind the last value, as TOML allows
            }
            entry.values.push_back(value(entry.key));
        }
        if (entry.values.empty()) fail(fmt::format("the list of {} is empty", entry.key));
    }

    ConfigValue value(const std::string& key) {
        if (take('"')) return {quoted('"', key), true};
        if (take('\'')) return {quoted('\'', key), true};
        const std::size_t start = at_;
        while (!at_end() && (is_name_character(peek()) || peek() == '+' || peek() == '.')) ++at_;
        const std::string text = text_.substr(start, at_ - start);
        if (text.empty()) fail(fmt::format("{} has no value", key));
        const bool number = text.front() == '+' || text.front() == '-' || text.front() == '.' ||
                            (text.front() >= '0' && text.front() <= '9') || text == "nan" || text == "inf";
        const bool dashed = text.find('-', 1) != std::string::npos && text.find_first_of("eE") == std::string::npos;
        if ((!number || dashed) && text != "true" && text != "false") {
            fail(fmt::format("{} = {}: text stands in quotes, as in {} = \"{}\"", key, text, key, text));
        }
        return {text, false};
    }

    /// What comes up to the closing quote.
    std::string quoted(char quote, const std::string& key) {
        std::string text;
        for (;;) {
            if (at_end() || peek() == '\n') fail(fmt::format("the quote behind {} is not closed", key));
            if (take(quote)) return text;
            if (quote == '"' && take('\\')) {
                text += escaped(key);
            } else {
                text += text_[at_++];
            }
        }
    }

    char escaped(const std::string& key) {
        if (take('"')) return '"';
        if (take('\\')) return '\\';
        if (take('n')) return '\n';
        if (take('r')) return '\r';
        if (take('t')) return '\t';
        constexpr const char* kDigits = "0123456789abcdef";
        if (text_.compare(at_, 3, "u00") == 0 && at_ + 5 <= text_.size()) {
            const std::string digits(kDigits);
            const std::size_t high = digits.find(text_[at_ + 3]), low = digits.find(text_[at_ + 4]);
            if (high < 8 && low != std::string::npos) {
                at_ += 5;
                return static_cast<char>(16 * high + low);
            }
        }
        fail(fmt::format("unknown escape in the text of {}; a backslash itself is written \\\\", key));
    }

    const std::string& text_;
    std::size_t at_ = 0;
    int line_ = 1;
    ConfigFile file_;
};

}  // namespace

std::string ConfigFile::where(int line) const {
    return fmt::format("{}:{}: ", name, line);
}

ConfigFile parse_config(const std::string& text, const std::string& name) {
    return Parser(text, name).parse();
}

ConfigFile read_config(const std::string& path) {
    constexpr std::uint64_t kLimit = 1u << 20;
    const std::vector<std::uint8_t> bytes = read_file(path, kLimit);
    return parse_config(std::string(bytes.begin(), bytes.end()), path);
}

std::string quoted_config(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c >= 0 && c < 0x20) {
            quoted += fmt::format("\\u{:04x}", static_cast<int>(c));
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

}  // namespace wuxing
