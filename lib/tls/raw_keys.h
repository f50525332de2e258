// Bare public keys in the place of certificates (RFC 7250). OpenSSL knows them from 3.2 on; with an
// older one nobody is asked for one and nobody gets one. For the sources of lib/tls only.
#pragma once

#include "lib/tls/openssl.h"

namespace postern::tls {

/// Whether this OpenSSL knows them.
bool has_raw_keys() noexcept;

/// Of a connection whose side is set, before its handshake. Our key goes bare to a peer that asks
/// for that; with `asks` we ask the same of the peer, of whom a certificate will do as well.
void allow_raw_keys(SSL* ssl, bool asks);

/// After the handshake: whether our own key went bare.
bool sent_raw_key(const SSL* ssl) noexcept;
/// The bare key that the peer has sent; null where it sent a certificate or nothing. The connection's.
EVP_PKEY* raw_key_of_peer(const SSL* ssl) noexcept;

}  // namespace postern::tls
