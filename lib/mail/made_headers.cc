#include "lib/mail/made_headers.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"
#include "lib/mail/token.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace postern::mail {

namespace {

std::string client_literal(const Received& received) {
    return received.is_ipv6 ? address_literal(received.client_address)
                            : fmt::format("[{}]", received.client_address);
}

std::string from_part(const Received& received) {
    if (received.helo.empty()) return {};
    std::string text = fmt::format("from {} ({} {})", received.helo, received.client_name,
                                   client_literal(received));
    for (std::string_view rest = received.security; !rest.empty();) {
        const auto end = rest.find('\n');
        text.append("\n\t").append(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return text + "\n\t";
}

std::string for_part(const Received& received) {
    return received.recipient.empty() ? ""
                                      : fmt::format("\n\tfor {}", bracketed(received.recipient));
}

// RFC 5322 specials, and the operators that old software reads in phrases.
bool needs_quotes(std::string_view name) {
    return name.find_first_of("()<>[]:;@\\,.\"!%") != std::string_view::npos;
}

std::string display_name(std::string_view name, std::string_view charset) {
    if (!is_all_ascii(name)) return encoded_words(name, charset);
    return needs_quotes(name) ? quoted_string(name) : std::string(name);
}

std::string comment_text(std::string_view name, std::string_view charset) {
    if (!is_all_ascii(name)) return encoded_words(name, charset);
    std::string text;
    for (const char c : name) {
        if (c == '(' || c == ')' || c == '\\') text += '\\';
        text += c;
    }
    return text;
}

std::string_view resent_prefix(bool resent) {
    return resent ? "Resent-" : "";
}

constexpr bool stands_in_q(char c) {
    return is_ascii_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

std::string q_text(std::string_view text) {
    std::string coded;
    for (const char c : text) {
        if (c == ' ')
            coded += '_';
        else if (stands_in_q(c))
            coded += c;
        else
            coded += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    return coded;
}

std::string base64(std::string_view text) {
    static constexpr char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string coded;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const std::string_view group = text.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0);
        for (std::size_t k = 0; k < 4; ++k)
            coded += k <= group.size() ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
    }
    return coded;
}

// As much of `text` as gives at most `limit` coded bytes, never half a UTF-8 character.
std::string_view piece(std::string_view text, std::size_t limit, bool as_q) {
    std::size_t size = 0, used = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        used = as_q ? used + (text[i] == ' ' || stands_in_q(text[i]) ? 1 : 3) : (i + 3) / 3 * 4;
        if (used > limit) break;
        const bool is_boundary = i + 1 == text.size() || (text[i + 1] & 0xc0) != 0x80;
        if (is_boundary) size = i + 1;
    }
    return text.substr(0, size > 0 ? size : std::min<std::size_t>(text.size(), 1));
}

}  // namespace

std::string received_field(const Received& received) {
    std::string text =
        fmt::format("Received: {}by {} ({}", from_part(received), received.by, received.mail_name);
    if (!received.comment.empty()) text += ", " + received.comment;
    text += ")";
    if (!received.protocol.empty()) text += " with " + received.protocol;
    const bool id_on_new_line = received.helo.empty() && !received.comment.empty();
    if (!received.queue_id.empty())
        text += fmt::format("{}id {}", id_on_new_line ? "\n\t" : " ", received.queue_id);
    text += for_part(received);
    const bool date_on_new_line = !id_on_new_line && received.recipient.empty();
    return fmt::format("{};{}{}", text, date_on_new_line ? "\n\t" : " ", mail_date(received.time));
}

std::string message_id_field(WallTime time, std::string_view queue_id, std::string_view host,
                             bool resent) {
    const auto moment = std::chrono::floor<seconds>(time);
    return fmt::format("{}Message-Id: <{:%Y%m%d%H%M%S}.{}@{}>", resent_prefix(resent), moment,
                       queue_id, host);
}

std::string date_field(WallTime time, bool resent) {
    return fmt::format("{}Date: {}", resent_prefix(resent), mail_date(time));
}

std::string from_field(std::string_view sender, std::string_view full_name, FromFormat format,
                       std::string_view charset, bool resent) {
    const std::string start = fmt::format("{}From: ", resent_prefix(resent));
    const std::string address = external(sender);
    if (full_name.empty() || sender.empty()) return start + address;
    if (format == FromFormat::obsolete)
        return fmt::format("{}{} ({})", start, address, comment_text(full_name, charset));
    return fmt::format("{}{} <{}>", start, display_name(full_name, charset), address);
}

std::string full_name_of(std::string_view gecos, std::string_view login) {
    std::string capital(login);
    if (!capital.empty()) capital[0] = to_upper(capital[0]);
    return replace_all(gecos.substr(0, gecos.find(',')), "&", capital);
}

std::string encoded_words(std::string_view text, std::string_view charset) {
    constexpr std::size_t longest = 75;  // RFC 2047 section 2
    const auto strange = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_ascii(c); }));
    const bool as_q = text.size() <= 20 || strange * 3 <= text.size();
    const std::size_t room = longest - std::min<std::size_t>(charset.size() + 7, longest - 12);
    std::string words;
    while (!text.empty()) {
        const std::string_view part = piece(text, room, as_q);
        if (!words.empty()) words += "\n\t";
        words += fmt::format("=?{}?{}?{}?=", charset, as_q ? 'Q' : 'B',
                             as_q ? q_text(part) : base64(part));
        text.remove_prefix(part.size());
    }
    return words;
}

}  // namespace postern::mail
