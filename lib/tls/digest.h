// Digests of bytes, for rooms that do not know OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace postern::tls {

/// SHA-256 (FIPS 180-4), in lower-case hexadecimal.
std::string sha256_text(std::string_view bytes);

}  // namespace postern::tls
