// Certificates for tests; see the header.
#include "tests/unit/tls/authority.h"

#include "lib/tls/openssl.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace postern::test {

using tls::BioHandle;
using tls::CertificateHandle;
using tls::KeyHandle;

struct Authority::Identity {
    KeyHandle key;
    CertificateHandle certificate;
};

namespace {

std::string text_of(const BioHandle& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem(EVP_PKEY* key) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(out);
}

std::string pem(X509* certificate) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate);
    return text_of(out);
}

KeyHandle new_key(bool is_rsa) { return KeyHandle(is_rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256")); }

void add(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

CertificateHandle new_certificate(EVP_PKEY* key, const Wanted& wanted) {
    CertificateHandle made(X509_new());
    X509* it = made.get();
    static long serial = 1;
    X509_set_version(it, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(it), serial++);
    X509_gmtime_adj(X509_getm_notBefore(it), wanted.from_days * 86400);
    X509_gmtime_adj(X509_getm_notAfter(it), wanted.to_days * 86400);
    X509_set_pubkey(it, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1, 0);
    return made;
}

}  // namespace

Authority::Authority(const std::string& name) : own_(std::make_unique<Identity>()) {
    own_->key = new_key(false);
    own_->certificate = new_certificate(own_->key.get(), {.name = name});
    X509* it = own_->certificate.get();
    X509_set_issuer_name(it, X509_get_subject_name(it));
    add(it, it, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(it, own_->key.get(), EVP_sha256());
}

Authority::~Authority() = default;

std::string Authority::certificate() const { return pem(own_->certificate.get()); }

Authority::Pair Authority::pair(const Wanted& wanted) const {
    const KeyHandle key = new_key(wanted.is_rsa);
    const CertificateHandle made = new_certificate(key.get(), wanted);
    X509_set_issuer_name(made.get(), X509_get_subject_name(own_->certificate.get()));
    add(made.get(), own_->certificate.get(), NID_subject_alt_name, "DNS:" + wanted.name);
    X509_sign(made.get(), own_->key.get(), EVP_sha256());
    return {pem(key.get()), pem(made.get())};
}

std::string Authority::chain(const Wanted& wanted) const {
    const Pair made = pair(wanted);
    return made.key + made.certificate;
}

}  // namespace postern::test
