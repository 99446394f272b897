// Text for one line of a terminal or log, whatever is in it.
#pragma once

#include <string>

namespace wuxing {

/// Line breaks become blanks, other control characters '?': a message often repeats what a stranger's file says.
inline std::string one_line(std::string text) {
    for (char& c : text) {
        if (c == '\n') c = ' ';
        if ((c >= 0 && c < ' ') || c == '\x7F') c = '?';
    }
    return text;
}

}  // namespace wuxing
