// How much TLS is wanted (postconf(5), smtp_tls_security_level, smtpd_tls_security_level).
#pragma once

#include <optional>
#include <string_view>

namespace postern::tls {

/// In the order of their strength, as far as they can be compared.
enum class Level { none, may, encrypt, fingerprint, dane, dane_only, verify, secure };

/// By its name in main.cf, in any case.
std::optional<Level> level_named(std::string_view name) noexcept;
std::string_view name_of(Level level) noexcept;

/// Nothing goes in clear.
constexpr bool must_encrypt(Level level) noexcept { return level >= Level::encrypt; }
/// The server must prove who it is.
constexpr bool must_match(Level level) noexcept { return level >= Level::fingerprint; }

}  // namespace postern::tls
