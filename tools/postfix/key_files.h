// Keys and certificates in files, by the openssl program (openssl_path).
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::postfix {

enum class KeyAlgorithm { rsa, ecdsa };
/// Error: permanent, an algorithm that is not supported.
Result<KeyAlgorithm> parse_algorithm(std::string_view name);
std::string_view name_of(KeyAlgorithm algorithm);

struct NewKey {
    KeyAlgorithm algorithm = KeyAlgorithm::rsa;
    std::string bits;   ///< of rsa a number, of ecdsa a curve; "": 2048, prime256v1
};

class KeyFiles {
public:
    explicit KeyFiles(std::string openssl) : openssl_(std::move(openssl)) {}

    /// A key, readable to its owner only.
    Result<void> make_key(const NewKey& kind, const std::string& key_file) const;
    /// A certificate that the key has signed itself, for a hundred years; the first host is its
    /// subject, and all of them its names.
    Result<void> make_certificate(const std::string& key_file, const std::string& certificate_file,
                                  const std::vector<std::string>& hosts) const;
    /// A request for a certificate, to standard output.
    Result<void> print_request(const std::string& key_file,
                               const std::vector<std::string>& hosts) const;
    /// SHA-256 of the public key (RFC 6698, selector 1, matching type 1), in hexadecimal.
    Result<std::string> public_key_digest(const std::string& key_file) const;
    /// Of the key in a certificate.
    Result<std::string> certificate_key_digest(const std::string& certificate_file) const;
    Result<KeyAlgorithm> algorithm_of(const std::string& key_file) const;

private:
    Result<void> run(std::vector<std::string> words) const;
    /// What it writes to the file that stands behind -out.
    Result<std::string> output_of(std::vector<std::string> words) const;
    Result<std::string> digest(const std::string& der) const;

    const std::string openssl_;
};

}  // namespace postern::postfix
