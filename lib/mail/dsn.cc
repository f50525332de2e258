#include "lib/mail/dsn.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace postern::mail {

namespace {

constexpr bool is_xchar(char c) {
    return c > ' ' && c < 127 && c != '+' && c != '=';
}

std::optional<unsigned> hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return std::nullopt;
}

std::string utf8_of(std::uint32_t point) {
    std::string text;
    const auto tail = [&](int shift) {
        text += static_cast<char>(0x80 | ((point >> shift) & 0x3f));
    };
    if (point < 0x80) return text += static_cast<char>(point);
    if (point < 0x800) {
        text += static_cast<char>(0xc0 | (point >> 6));
    } else if (point < 0x10000) {
        text += static_cast<char>(0xe0 | (point >> 12));
        tail(6);
    } else {
        text += static_cast<char>(0xf0 | (point >> 18));
        tail(12), tail(6);
    }
    tail(0);
    return text;
}

// The code point at the start of valid UTF-8, taken off it.
std::uint32_t take_point(std::string_view& utf8) {
    const auto first = static_cast<unsigned char>(utf8[0]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? first : first & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        point = point << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3f);
    utf8.remove_prefix(length);
    return point;
}

// "HEX}" after "\x{", taken off `coded`. RFC 6533 section 3: HEXPOINT.
std::optional<std::uint32_t> take_hexpoint(std::string_view& coded) {
    std::uint32_t point = 0;
    std::size_t digits = 0;
    for (; digits < coded.size() && coded[digits] != '}'; ++digits) {
        const auto value = hex_digit(coded[digits]);
        if (!value || digits == 6) return std::nullopt;
        point = point << 4 | *value;
    }
    const bool is_point = point != 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (digits < 2 || digits == coded.size() || !is_point) return std::nullopt;
    coded.remove_prefix(digits + 1);
    return point;
}

constexpr std::array<std::pair<std::string_view, Notify::Bit>, 4> notify_words = {{
    {"NEVER", Notify::never},
    {"SUCCESS", Notify::success},
    {"FAILURE", Notify::failure},
    {"DELAY", Notify::delay},
}};

std::uint8_t notify_bit(std::string_view word) {
    for (const auto& [name, bit] : notify_words) {
        if (same(word, name)) return bit;
    }
    return Notify::none;
}

bool is_printable(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return is_control(c); });
}

std::optional<std::string> decoded(std::string_view type, std::string_view coded) {
    return same(type, "utf-8") ? from_unitext(coded) : from_xtext(coded);
}

}  // namespace

std::string xtext(std::string_view text) {
    std::string coded;
    for (const char c : text) {
        if (is_xchar(c))
            coded += c;
        else
            coded += fmt::format("+{:02X}", static_cast<unsigned char>(c));
    }
    return coded;
}

std::optional<std::string> from_xtext(std::string_view coded) {
    std::string text;
    for (std::size_t i = 0; i < coded.size(); ++i) {
        if (coded[i] != '+') {
            text += coded[i];
            continue;
        }
        const auto high = i + 2 < coded.size() ? hex_digit(coded[i + 1]) : std::nullopt;
        const auto low = i + 2 < coded.size() ? hex_digit(coded[i + 2]) : std::nullopt;
        if (!high || !low) return std::nullopt;
        text += static_cast<char>(*high << 4 | *low);
        i += 2;
    }
    return text;
}

std::optional<std::string> from_unitext(std::string_view coded) {
    std::string text;
    while (!coded.empty()) {
        if (coded.substr(0, 3) != "\\x{") {
            text += coded[0];
            coded.remove_prefix(1);
            continue;
        }
        coded.remove_prefix(3);
        const auto point = take_hexpoint(coded);
        if (!point) return std::nullopt;
        text += utf8_of(*point);
    }
    if (!is_valid_utf8(text)) return std::nullopt;
    return text;
}

std::string to_unitext_ascii(std::string_view utf8) {
    if (!is_valid_utf8(utf8)) return xtext(utf8);
    std::string coded;
    while (!utf8.empty()) {
        const std::uint32_t point = take_point(utf8);
        const bool stands = point < 0x80 && is_xchar(static_cast<char>(point)) && point != '\\';
        coded +=
            stands ? std::string(1, static_cast<char>(point)) : fmt::format("\\x{{{:02X}}}", point);
    }
    return coded;
}

Result<Notify> Notify::parse(std::string_view value) {
    Notify notify;
    for (std::string_view rest = value;;) {
        const auto comma = rest.find(',');
        const std::uint8_t bit = notify_bit(rest.substr(0, comma));
        if (bit == none)
            return permanent(fmt::format("bad NOTIFY value \"{}\"", printable(value, 100)));
        notify.bits |= bit;
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    if (notify.has(never) && notify.bits != never)
        return permanent("NOTIFY=NEVER does not go with other values");
    return notify;
}

std::string Notify::text() const {
    std::string list;
    for (const auto& [name, bit] : notify_words) {
        if (!has(bit)) continue;
        if (!list.empty()) list += ',';
        list += name;
    }
    return list;
}

std::optional<ReturnContent> parse_ret(std::string_view value) {
    if (same(value, "FULL")) return ReturnContent::full;
    if (same(value, "HDRS")) return ReturnContent::headers;
    return std::nullopt;
}

std::string_view ret_text(ReturnContent ret) {
    if (ret == ReturnContent::full) return "FULL";
    return ret == ReturnContent::headers ? "HDRS" : "";
}

Result<OriginalRecipient> OriginalRecipient::parse(std::string_view value) {
    const auto parts = cut(value, ';');
    if (!parts || parts->first.empty()) return permanent("ORCPT value without address type");
    auto address = decoded(parts->first, parts->second);
    if (!address) return permanent("ORCPT address is not valid xtext");
    if (address->empty() || !is_printable(*address))
        return permanent("ORCPT address is empty or not printable");
    return OriginalRecipient{std::string(parts->first), std::move(*address)};
}

std::string OriginalRecipient::coded(bool utf8) const {
    if (!same(type, "utf-8")) return type + ";" + xtext(address);
    if (!utf8) return type + ";" + to_unitext_ascii(address);
    return type + ";" +
           replace_all(replace_all(replace_all(address, "\\", "\\x{5C}"), "+", "\\x{2B}"), "=",
                       "\\x{3D}");
}

std::optional<OriginalRecipient> parse_dsn_orig_rcpt(std::string_view text) {
    const auto parts = cut(text, ';');
    if (!parts || parts->first.empty()) return std::nullopt;
    return OriginalRecipient{std::string(parts->first), std::string(parts->second)};
}

Result<std::string> parse_envid(std::string_view value) {
    auto id = from_xtext(value);
    if (!id || id->empty() || !is_printable(*id))
        return permanent("ENVID value is not valid xtext");
    if (value.size() > 100) return permanent("ENVID value is longer than 100 characters");
    return std::move(*id);
}

}  // namespace postern::mail
