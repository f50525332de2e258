// Names and addresses of hosts as they may stand in mail (RFC 1123, RFC 5321 section 4.1.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::mail {

/// A host name: labels of 1 to 63 letters, digits, `-` and `_`, not beginning or ending with `-`,
/// at most 255 bytes, not all numeric. UTF-8 labels count in their ASCII form (IDNA).
bool is_valid_hostname(std::string_view name);

bool is_valid_ipv4(std::string_view text) noexcept;
/// Without brackets and prefix.
bool is_valid_ipv6(std::string_view text) noexcept;
inline bool is_valid_ip(std::string_view text) noexcept {
    return is_valid_ipv4(text) || is_valid_ipv6(text);
}

/// "[192.0.2.1]" or "[IPv6:2001:db8::1]" of a mail address: the address without its dress.
std::optional<std::string_view> address_of_literal(std::string_view literal) noexcept;
/// The other way: "[192.0.2.1]", "[IPv6:2001:db8::1]".
std::string address_literal(std::string_view address);
/// IPv6 in its shortest form (RFC 5952), IPv4 as it is; nothing when it is neither.
std::optional<std::string> canonical_ip(std::string_view address);

}  // namespace postern::mail
