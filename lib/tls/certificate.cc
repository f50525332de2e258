// Certificates; see the header.
#include "lib/tls/certificate.h"

#include "lib/base/strings.h"

#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <algorithm>

namespace postern::tls {

namespace {

/// RFC 5280 appendix A allows 64; what is longer is not believed to be a name.
constexpr std::size_t name_limit = 256;

std::string common_name(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return "";
    unsigned char* utf8 = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return "";
    const std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    // A NUL within would make a prefix look like the whole.
    if (text.find('\0') != text.npos) return "";
    return printable(text, name_limit);
}

std::string one_line(const X509_NAME* name) {
    char text[name_limit];
    X509_NAME_oneline(name, text, sizeof text);
    return printable(text);
}

std::string without_colons(std::string_view text) {
    std::string plain;
    for (const char c : text)
        if (c != ':') plain += to_upper(c);
    return plain;
}

}  // namespace

std::string digest_text(std::string_view bytes, const EVP_MD* digest) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!digest || EVP_Digest(bytes.data(), bytes.size(), hash, &size, digest, nullptr) != 1) return "";
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i ? ":" : "", hash[i]);
    return text;
}

namespace {

/// Of what OpenSSL has encoded, which is freed; `size` below 0: it could not.
std::string fingerprint_of(unsigned char* der, int size, const EVP_MD* digest) {
    if (size < 0) return "";
    std::string text = digest_text({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}, digest);
    OPENSSL_free(der);
    return text;
}

}  // namespace

std::string certificate_fingerprint(const X509* certificate, const EVP_MD* digest) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    return fingerprint_of(der, size, digest);
}

std::string key_fingerprint(X509* certificate, const EVP_MD* digest) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    return fingerprint_of(der, size, digest);
}

PeerCertificate describe(X509* certificate, const EVP_MD* digest) {
    PeerCertificate peer;
    peer.subject = common_name(X509_get_subject_name(certificate));
    peer.issuer = common_name(X509_get_issuer_name(certificate));
    peer.fingerprint = certificate_fingerprint(certificate, digest);
    peer.key_fingerprint = key_fingerprint(certificate, digest);
    return peer;
}

PeerCertificate describe(const EVP_PKEY* key, const EVP_MD* digest) {
    PeerCertificate peer;
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    peer.key_fingerprint = fingerprint_of(der, size, digest);
    return peer;
}

bool has_name(X509* certificate, std::string_view pattern, bool wildcard_matches_multiple_labels) {
    unsigned flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    if (wildcard_matches_multiple_labels) flags |= X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS;
    return X509_check_host(certificate, pattern.data(), pattern.size(), flags, nullptr) == 1;
}

bool is_one_of(std::string_view fingerprint, std::span<const std::string> wanted) {
    const std::string plain = without_colons(fingerprint);
    return !plain.empty() && std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
        return without_colons(one) == plain;
    });
}

void explain(PeerCertificate& peer, long verify_result, X509* certificate) {
    peer.flaw = Flaw::other;
    switch (verify_result) {
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        peer.flaw = Flaw::untrusted;
        peer.problem = "untrusted issuer ";
        if (certificate) peer.problem += one_line(X509_get_issuer_name(certificate));
        return;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: peer.problem = "self-signed certificate"; return;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        peer.flaw = Flaw::expired;
        peer.problem = "certificate has expired";
        return;
    case X509_V_ERR_CERT_NOT_YET_VALID: peer.problem = "certificate not yet valid"; return;
    case X509_V_ERR_HOSTNAME_MISMATCH: peer.flaw = Flaw::wrong_name; break;
    default: break;
    }
    peer.problem = fmt::format("num={}:{}", verify_result, X509_verify_cert_error_string(verify_result));
}

}  // namespace postern::tls
