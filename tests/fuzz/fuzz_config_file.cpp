// Configuration text: written again it says the same; a refusal names a line that there is.
#include <algorithm>
#include <set>

#include "config_file.hpp"
#include "harness.hpp"

namespace wuxing::fuzz {
namespace {

std::string written(const ConfigValue& value) {
    return value.quoted ? quoted_config(value.text) : value.text;
}

std::string written(const std::vector<ConfigEntry>& entries) {
    std::string text;
    for (const ConfigEntry& entry : entries) {
        text += entry.key + " = " + (entry.list ? "[" : "");
        for (const ConfigValue& value : entry.values) text += written(value) + (entry.list ? ", " : "");
        text += entry.list ? "]\n" : "\n";
    }
    return text;
}

std::string written(const ConfigFile& file) {
    std::string text = written(file.entries);
    for (const ConfigSection& section : file.sections) text += "[" + section.name + "]\n" + written(section.entries);
    return text;
}

/// The number in "name:NUMBER: "; 0 if there is none.
long line_of(const std::string& message) {
    return message.rfind("c.toml:", 0) == 0 ? std::strtol(message.c_str() + 7, nullptr, 10) : 0;
}

bool accepts(const Bytes& input) {
    const std::string text = text_of(input);
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    const auto file = accepted<UsageError>("c.toml:", [&]() -> ConfigFile {
        try {
            return parse_config(text, "c.toml");
        } catch (const UsageError& error) {
            demand(line_of(error.what()) >= 1 && line_of(error.what()) <= lines, "a line that there is not");
            throw;
        }
    });
    if (!file) return false;
    long last = 0;
    const auto in_order = [&](int line) {
        demand(line > last && line <= lines, "lines out of order");
        last = line;
    };
    const auto look_at = [&](const std::vector<ConfigEntry>& entries) {
        std::set<std::string> keys;
        for (const ConfigEntry& entry : entries) {
            in_order(entry.line);
            demand(keys.insert(entry.key).second, "a key given twice");
            demand(!entry.values.empty() && (entry.list || entry.values.size() == 1), "no value, or too many");
        }
    };
    look_at(file->entries);
    std::set<std::string> sections;
    for (const ConfigSection& section : file->sections) {
        in_order(section.line);
        demand(sections.insert(section.name).second, "a section given twice");
        look_at(section.entries);
    }
    const std::string once = written(*file);
    demand(written(parse_config(once, "again")) == once, "written and read again, it says something else");
    return true;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds;
    for (const char* text :
         {"", "a = 1\n", "eta = 0.014 # rate\nlayers = \"784-80-10\"\n[one]\nseed = [1, 2, 3]\n[two]\r\n",
          "a = true\nb=-1e-3", "text = \"quote \\\" slash \\\\ \\n\\r\\t\\u001f\"\nother = 'C:\\x'\n",
          "l = [ # first\n 1,\n\n 2, ]\n", "\n\n  x = nan # y", "a = 1\na = 2\n", "a = \"open\n", "[s\n", "a = b\n",
          "l = []\n", "a = 1 2\n"}) {
        seeds.push_back(bytes_of(text));
    }
    return seeds;
}

}  // namespace

const Reader kConfigFile{"config_file", accepts, seeds, no_seal};

}  // namespace wuxing::fuzz
