// How a handshake is described; see the header.
#include "lib/tls/established.h"

#include <fmt/format.h>

namespace postern::tls {

namespace {

std::string signed_by(const char* side, const std::string& signature, const std::string& digest) {
    if (signature.empty()) return "";
    std::string text = fmt::format(" {}-signature {}", side, signature);
    if (!digest.empty()) text += fmt::format(" {}-digest {}", side, digest);
    return text;
}

}  // namespace

std::string PeerCertificate::summary() const {
    if (is_bare_key()) return "raw public key fingerprint=" + key_fingerprint;
    return fmt::format("subject_CN={}, issuer_CN={}, fingerprint={}, pkey_fingerprint={}", subject, issuer,
                       fingerprint, key_fingerprint);
}

std::string Established::summary() const {
    return fmt::format("{} with cipher {} ({}/{} bits)", protocol, cipher, bits, algorithm_bits);
}

std::string Established::server_details() const {
    std::string text = key_exchange.empty() ? "" : " key-exchange " + key_exchange;
    return text + signed_by("server", server_signature, server_digest);
}

std::string Established::client_details() const {
    return signed_by("client", client_signature, client_digest);
}

}  // namespace postern::tls
