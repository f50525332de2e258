// Text helpers; see the header.
#include "lib/base/strings.h"

#include <algorithm>
#include <charconv>

namespace postern {

namespace {

template <class Change>
std::string changed(std::string_view text, Change change) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), change);
    return out;
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
    return number;
}

/// Characters that a reader does not see, and that change what he sees of those around them: C1
/// controls, marks and embeddings for text from right to left (UAX #9), ends of lines and paragraphs.
constexpr std::pair<char32_t, char32_t> disguises[] = {
    {0x80, 0x9f}, {0x61c, 0x61c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}};

/// Of the first character of valid UTF-8, `length` bytes long.
char32_t code_point(std::string_view text, std::size_t length) {
    if (length == 1) return static_cast<unsigned char>(text[0]);
    char32_t code = static_cast<unsigned char>(text[0]) & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
    return code;
}

bool is_disguise(std::string_view text, std::size_t length) {
    const char32_t code = code_point(text, length);
    return std::ranges::any_of(disguises, [=](auto range) { return range.first <= code && code <= range.second; });
}

/// The first separator of `text` that no pair of braces holds, or its end.
std::size_t end_of_piece(std::string_view text, std::string_view separators) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && depth > 0) --depth;
        if (depth == 0 && separators.find(text[at]) != separators.npos) return at;
    }
    return text.size();
}

}  // namespace

std::string lower(std::string_view text) { return changed(text, to_lower); }
std::string upper(std::string_view text) { return changed(text, to_upper); }

bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool starts_with_same(std::string_view text, std::string_view start) noexcept {
    return text.size() >= start.size() && same(text.substr(0, start.size()), start);
}

bool ends_with_same(std::string_view text, std::string_view end) noexcept {
    return text.size() >= end.size() && same(text.substr(text.size() - end.size()), end);
}

bool is_all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_all_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_ascii);
}

std::size_t utf8_length(std::string_view text) noexcept {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (!follows(1) || !follows(2)) return 0;
        if (first == 0xE0 && byte(1) < 0xA0) return 0;   // not the shortest form
        if (first == 0xED && byte(1) > 0x9F) return 0;   // a surrogate
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if (first == 0xF0 && byte(1) < 0x90) return 0;
        if (first == 0xF4 && byte(1) > 0x8F) return 0;   // above U+10FFFF
        return 4;
    }
    return 0;
}

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string_view trim_left(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view trim_right(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view trim(std::string_view text) { return trim_left(trim_right(text)); }

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto start = text.find_first_not_of(separators);
        if (start == text.npos) return pieces;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(separators), text.size());
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::vector<std::string_view> split_braced(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto start = text.find_first_not_of(separators);
        if (start == text.npos) return pieces;
        text.remove_prefix(start);
        const auto end = end_of_piece(text, separators);
        pieces.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::optional<std::pair<std::string_view, std::string_view>> cut(std::string_view text,
                                                                 char separator) {
    const auto at = text.find(separator);
    if (at == text.npos) return std::nullopt;
    return std::pair(text.substr(0, at), text.substr(at + 1));
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) out += between;
        out += part;
    }
    return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    for (auto at = text.find(from); at != text.npos && !from.empty(); at = text.find(from)) {
        out.append(text.substr(0, at)).append(to);
        text.remove_prefix(at + from.size());
    }
    return out.append(text);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (!is_all_digits(text)) return std::nullopt;
    return parse<std::uint64_t>(text);
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
    return parse<std::int64_t>(text);
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    out.reserve(std::min(text.size(), limit));
    while (!text.empty() && out.size() < limit) {
        // Ordinary text, which is nearly all of it, goes in whole stretches.
        const auto odd = std::find_if(text.begin(), text.end(),
                                      [](char c) { return is_control(c) || !is_ascii(c); });
        const auto plain = std::min(static_cast<std::size_t>(odd - text.begin()), limit - out.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty() || out.size() == limit) break;
        const std::size_t length = is_control(text.front()) ? 0 : utf8_length(text);
        if (out.size() + length > limit) break;   // not half a character
        const bool is_shown = length > 0 && !is_disguise(text, length);
        out += is_shown ? text.substr(0, length) : std::string_view("?");
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

}  // namespace postern
