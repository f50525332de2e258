// What a certificate says, and whether it is the one that is wanted.
#pragma once

#include "lib/tls/established.h"
#include "lib/tls/openssl.h"

#include <span>
#include <string>
#include <string_view>

namespace postern::tls {

/// "AB:CD:EF..."; "" when there is no such digest.
std::string digest_text(std::string_view bytes, const EVP_MD* digest);
std::string certificate_fingerprint(const X509* certificate, const EVP_MD* digest);
std::string key_fingerprint(X509* certificate, const EVP_MD* digest);

/// Common names, cut and made printable; fingerprints. Not whether it is trusted.
PeerCertificate describe(X509* certificate, const EVP_MD* digest);
/// Of a bare key, its fingerprint.
PeerCertificate describe(const EVP_PKEY* key, const EVP_MD* digest);

/// A pattern: "mx.example" matches that name, ".example" the names below it (RFC 6125; the common
/// name counts only where there is no DNS name). Ours may not have wildcards, the certificate may.
bool has_name(X509* certificate, std::string_view pattern, bool wildcard_matches_multiple_labels);

/// One of `wanted` is that fingerprint; in any case, with or without colons.
bool is_one_of(std::string_view fingerprint, std::span<const std::string> wanted);

/// Says what is wrong with the peer (problem, flaw) by OpenSSL's X509_V_ERR_*, as log lines have it;
/// the certificate is null where the key came bare:
/// "untrusted issuer /CN=ca", "self-signed certificate", "num=26:unsuitable certificate purpose".
void explain(PeerCertificate& peer, long verify_result, X509* certificate);

}  // namespace postern::tls
