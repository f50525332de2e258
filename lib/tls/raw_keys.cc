// Raw public keys; see the header.
#include "lib/tls/raw_keys.h"

namespace postern::tls {

#if OPENSSL_VERSION_NUMBER >= 0x30200000L

namespace {

/// The kinds of certificates, the best first (RFC 7250 section 3).
constexpr unsigned char bare_first[] = {TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509};
constexpr unsigned char bare_last[] = {TLSEXT_cert_type_x509, TLSEXT_cert_type_rpk};

}  // namespace

bool has_raw_keys() noexcept { return true; }

void allow_raw_keys(SSL* ssl, bool asks) {
    const bool is_server = SSL_is_server(ssl) == 1;
    const auto set_ours = is_server ? SSL_set1_server_cert_type : SSL_set1_client_cert_type;
    const auto set_theirs = is_server ? SSL_set1_client_cert_type : SSL_set1_server_cert_type;
    set_ours(ssl, bare_last, sizeof bare_last);
    if (asks) set_theirs(ssl, bare_first, sizeof bare_first);
}

bool sent_raw_key(const SSL* ssl) noexcept {
    const auto kind = SSL_is_server(ssl) == 1 ? SSL_get_negotiated_server_cert_type(ssl)
                                              : SSL_get_negotiated_client_cert_type(ssl);
    return kind == TLSEXT_cert_type_rpk;
}

EVP_PKEY* raw_key_of_peer(const SSL* ssl) noexcept { return SSL_get0_peer_rpk(ssl); }

#else

bool has_raw_keys() noexcept { return false; }
void allow_raw_keys(SSL*, bool) {}
bool sent_raw_key(const SSL*) noexcept { return false; }
EVP_PKEY* raw_key_of_peer(const SSL*) noexcept { return nullptr; }

#endif

}  // namespace postern::tls
