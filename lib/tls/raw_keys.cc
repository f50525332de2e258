// Raw public keys; see the header.
#include "lib/tls/raw_keys.h"

namespace postern::tls {

#if OPENSSL_VERSION_NUMBER >= 0x30200000L

namespace {

/// Of certificates, the best first: a server takes the first that its client has named, too (RFC
/// 7250 section 4.2). Who says nothing deals with X.509 alone.
constexpr unsigned char kinds[] = {TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509};

}  // namespace

bool has_raw_keys() noexcept { return true; }

void allow_raw_keys(SSL* ssl, bool asks) {
    const bool is_server = SSL_is_server(ssl) == 1;
    const auto set_ours = is_server ? SSL_set1_server_cert_type : SSL_set1_client_cert_type;
    const auto set_theirs = is_server ? SSL_set1_client_cert_type : SSL_set1_server_cert_type;
    set_ours(ssl, kinds, sizeof kinds);
    if (asks) set_theirs(ssl, kinds, sizeof kinds);
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
