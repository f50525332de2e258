// Private keys with their certificates, from files or from tables.
#pragma once

#include "lib/base/result.h"
#include "lib/tls/openssl.h"
#include "lib/tls/settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::tls {

/// One key, its certificate, and the certificates of the authorities above it.
struct KeyChain {
    KeyHandle key;
    CertificateHandle certificate;
    std::vector<CertificateHandle> authorities;
    std::string file;            ///< where the certificate stands
};

/// One or more chains in PEM, each its key first, then its certificate, then the authorities', in
/// one file or in several, which are read one after another (smtpd_tls_chain_files).
/// Errors: permanent, naming the file: it cannot be opened, has no key, a key does not match ...
Result<std::vector<KeyChain>> load_chains(const std::vector<std::string>& files);
/// The same from text; `where` is named in errors.
Result<std::vector<KeyChain>> parse_chains(std::string_view pem, const std::string& where);
/// Certificates of one file and the key of another, or of the same in any order.
Result<KeyChain> load_pair(const KeyPairFiles& files);
/// All that main.cf names for a side.
Result<std::vector<KeyChain>> load_keys(const SideSettings& side);

/// What the administrator should know: "certificate in FILE has expired ...". Empty: nothing.
std::string complaint_about(const KeyChain& chain);

}  // namespace postern::tls
