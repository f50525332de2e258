// Text as mail and its configuration need it: ASCII case, blanks, splitting, numbers, quoting.
// Nothing here depends on the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern {

constexpr bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_ascii_alpha(char c) { return is_ascii_upper(c) || is_ascii_lower(c); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alnum(char c) { return is_ascii_alpha(c) || is_digit(c); }
/// Space, tab, CR, LF, VT, FF: what C calls space.
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 128; }
constexpr char to_lower(char c) { return is_ascii_upper(c) ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return is_ascii_lower(c) ? static_cast<char>(c - 32) : c; }

/// A copy with ASCII letters in lower (upper) case.
std::string lower(std::string_view text);
std::string upper(std::string_view text);

/// Equality, prefix and suffix without regard to the case of ASCII letters.
bool same(std::string_view a, std::string_view b) noexcept;
bool starts_with_same(std::string_view text, std::string_view start) noexcept;
bool ends_with_same(std::string_view text, std::string_view end) noexcept;

bool is_all_digits(std::string_view text) noexcept;   // false for ""
bool is_all_ascii(std::string_view text) noexcept;
bool is_valid_utf8(std::string_view text) noexcept;   // RFC 3629: no surrogates, shortest forms
/// Bytes of the UTF-8 character at the start of `text`, which is not empty; 0: not valid.
std::size_t utf8_length(std::string_view text) noexcept;

std::string_view trim_left(std::string_view text);
std::string_view trim_right(std::string_view text);
std::string_view trim(std::string_view text);

/// The pieces between any characters of `separators`, without empty ones.
std::vector<std::string_view> split(std::string_view text, std::string_view separators = ", \t\r\n");

/// As split, but nothing within `{ ... }` (nested) separates, also in the middle of a piece:
/// "a {b c}, inline:{d=e f}" has three. The list syntax of main.cf; braces are kept. An unbalanced
/// brace takes the rest of the text.
std::vector<std::string_view> split_braced(std::string_view text,
                                           std::string_view separators = ", \t\r\n");

/// The text before and after the first `separator`; nothing when it does not occur.
std::optional<std::pair<std::string_view, std::string_view>> cut(std::string_view text,
                                                                 char separator);

std::string join(const std::vector<std::string>& parts, std::string_view between);

/// `text` with each `from` replaced by `to`.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// A whole decimal number, the whole text, no sign or blanks; nothing when it is not one or is
/// above the type's range.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// The same with an optional leading '-'.
std::optional<std::int64_t> parse_signed(std::string_view text);

/// Text from outside made fit for a log line: control characters and DEL, and bytes that are not
/// valid UTF-8, become `?`; above `limit` bytes it is cut.
std::string printable(std::string_view text, std::size_t limit = 1000);

}  // namespace postern
