// Digests; see the header.
#include "lib/tls/digest.h"

#include <openssl/evp.h>

#include <fmt/format.h>

#include <span>

namespace postern::tls {

std::string sha256_text(std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
    std::string text;
    for (const unsigned char byte : std::span(digest, size)) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace postern::tls
