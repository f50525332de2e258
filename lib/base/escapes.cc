// C-style escapes; see the header.
#include "lib/base/escapes.h"

namespace postern {

namespace {

constexpr bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The byte of one to three octal digits at the start of `digits`, taken off it.
char take_octal(std::string_view& digits) {
    unsigned value = 0;
    for (int count = 0; count < 3 && !digits.empty() && is_octal(digits.front()); ++count) {
        value = value * 8 + static_cast<unsigned>(digits.front() - '0');
        digits.remove_prefix(1);
    }
    return static_cast<char>(value);
}

constexpr std::string_view letters = "abfnrtv", bytes = "\a\b\f\n\r\t\v";

char meaning_of(char letter) {
    const auto at = letters.find(letter);
    return at == letters.npos ? letter : bytes[at];
}

}  // namespace

std::string unescaped(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c != '\\' || text.empty()) {
            plain += c;
        } else if (is_octal(text.front())) {
            plain += take_octal(text);
        } else {
            plain += meaning_of(text.front());
            text.remove_prefix(1);
        }
    }
    return plain;
}

std::string escaped(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (const auto at = bytes.find(c); at != bytes.npos) {
            shown += {'\\', letters[at]};
        } else if (c == '\\') {
            shown += "\\\\";
        } else if (byte >= 32 && byte < 127) {
            shown += c;
        } else {
            const auto digit = [byte](int place) { return static_cast<char>('0' + (byte >> place & 7)); };
            shown += {'\\', digit(6), digit(3), digit(0)};
        }
    }
    return shown;
}

}  // namespace postern
