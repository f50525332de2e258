// OpenSSL's objects, each with an owner, and its queue of errors. For the sources of lib/tls only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace postern::tls {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using ContextHandle = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Freed<SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, Freed<SSL_SESSION_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using BioHandle = std::unique_ptr<BIO, Freed<BIO_free>>;

/// For reading from memory; `text` outlives it.
BioHandle memory_bio(std::string_view text);

/// Takes the errors off the queue of this thread, each as "error:0A00010B:SSL
/// routines::wrong version number:../ssl/record/ssl3_record.c:350:".
std::vector<std::string> take_library_errors();
/// Takes them off, and gives the reason of the last, "no start line"; "unknown error" without one.
std::string take_library_reason();

/// Reads OpenSSL's own configuration, once in a process and before all else of this library.
/// tls_config_file: "default", "none", or a path; `name` may be "". False: it has errors.
bool load_library(const std::string& config_file, const std::string& name);

}  // namespace postern::tls
