#include "lib/mail/status_code.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::mail {

namespace {

// One to three digits at the start of `text`, taken off it.
std::optional<std::uint16_t> take_number(std::string_view& text) noexcept {
    std::uint16_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 3 && is_digit(text[digits]); ++digits)
        value = static_cast<std::uint16_t>(value * 10 + (text[digits] - '0'));
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c) noexcept {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
}

// A code at the start of `text`, taken off it.
std::optional<StatusCode> take_code(std::string_view& text) noexcept {
    if (text.empty() || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return std::nullopt;
    const auto kind = static_cast<std::uint8_t>(text[0] - '0');
    text.remove_prefix(1);
    if (!take(text, '.')) return std::nullopt;
    const auto subject = take_number(text);
    if (!subject || !take(text, '.')) return std::nullopt;
    const auto detail = take_number(text);
    if (!detail) return std::nullopt;
    return StatusCode{kind, *subject, *detail};
}

}  // namespace

std::optional<StatusCode> StatusCode::parse(std::string_view text) noexcept {
    const auto code = take_code(text);
    return text.empty() ? code : std::nullopt;
}

std::string StatusCode::text() const {
    return fmt::format("{}.{}.{}", kind, subject, detail);
}

std::optional<CodedText> find_coded_text(std::string_view text) noexcept {
    const auto code = take_code(text);
    if (!code || (!text.empty() && !is_blank(text[0]))) return std::nullopt;
    return CodedText{*code, trim_left(text)};
}

CodedText split_coded_text(std::string_view text, StatusCode otherwise) noexcept {
    return find_coded_text(text).value_or(CodedText{otherwise, text});
}

StatusCode default_status(int reply_code) noexcept {
    const int kind = reply_code / 100;
    return {static_cast<std::uint8_t>(kind == 2 || kind == 5 ? kind : 4), 0, 0};
}

StatusCode agreeing(StatusCode code, int reply_code) noexcept {
    return code.as(default_status(reply_code).kind);
}

}  // namespace postern::mail
