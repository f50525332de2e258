#include "lib/mail/address.h"

#include "lib/base/strings.h"
#include "lib/mail/token.h"

#include <algorithm>

namespace postern::mail {

namespace {

// RFC 5322 atext, and what RFC 6531 adds to it.
constexpr bool is_atext(char c) {
    if (is_ascii_alnum(c) || !is_ascii(c)) return true;
    return std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

constexpr bool is_plain(char c) {
    return is_ascii_alnum(c) ||
           std::string_view("-_.+=~#$&'*/?^`{|}").find(c) != std::string_view::npos;
}

constexpr bool is_domain_byte(char c) {
    return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_';
}

// Names that keep their delimiter, whatever it is.
bool is_never_split(std::string_view localpart) {
    return same(localpart, "postmaster") || same(localpart, "mailer-daemon") ||
           same(localpart, "double-bounce");
}

bool is_owner_or_request(std::string_view localpart) {
    return starts_with_same(localpart, "owner-") || ends_with_same(localpart, "-request");
}

}  // namespace

AddressParts split_address(std::string_view internal) noexcept {
    const auto at = internal.rfind('@');
    if (at == std::string_view::npos) return {internal, {}, false};
    return {internal.substr(0, at), internal.substr(at + 1), true};
}

bool is_dot_string(std::string_view localpart) noexcept {
    if (localpart.empty() || localpart.front() == '.' || localpart.back() == '.') return false;
    for (std::size_t i = 0; i < localpart.size(); ++i) {
        if (localpart[i] == '.' ? localpart[i - 1] == '.' : !is_atext(localpart[i])) return false;
    }
    return true;
}

std::string external_localpart(std::string_view localpart) {
    return is_dot_string(localpart) ? std::string(localpart) : quoted_string(localpart);
}

bool needs_no_quotes(std::string_view internal) noexcept {
    return internal.empty() || is_dot_string(split_address(internal).localpart);
}

std::string external(std::string_view internal) {
    if (needs_no_quotes(internal)) return std::string(internal);
    const AddressParts parts = split_address(internal);
    std::string text = external_localpart(parts.localpart);
    if (parts.has_domain) text.append("@").append(parts.domain);
    return text;
}

bool is_surely_standard(std::string_view address) noexcept {
    const AddressParts parts = split_address(address);
    return parts.has_domain && is_dot_string(parts.localpart) &&
           std::all_of(parts.localpart.begin(), parts.localpart.end(), is_plain) &&
           parts.domain.find('.') != parts.domain.npos && !parts.domain.ends_with('.') &&
           std::all_of(parts.domain.begin(), parts.domain.end(), is_domain_byte);
}

std::string internal(std::string_view external) {
    if (external.find_first_of("\"\\ \t\r\n()[") == std::string_view::npos)
        return std::string(external);
    return meant(tokenize(external));
}

std::optional<SplitLocalpart> split_extension(std::string_view localpart,
                                              std::string_view delimiters,
                                              bool owner_request_special) {
    if (delimiters.empty() || is_never_split(localpart)) return std::nullopt;
    // The first byte is the name's, so that an extension always has a name.
    const auto at = localpart.find_first_of(delimiters, 1);
    if (at == std::string_view::npos || localpart.find_first_of(delimiters) == 0)
        return std::nullopt;
    if (localpart[at] == '-' && owner_request_special && is_owner_or_request(localpart))
        return std::nullopt;
    return SplitLocalpart{localpart.substr(0, at), localpart.substr(at + 1), localpart[at]};
}

std::string folded(std::string_view internal) {
    return lower(internal);
}

std::string bracketed(std::string_view internal) {
    return "<" + external(internal) + ">";
}

}  // namespace postern::mail
