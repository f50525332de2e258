// OpenSSL's context as main.cf wants it. For the sources of lib/tls only.
#pragma once

#include "lib/tls/key_chain.h"
#include "lib/tls/openssl.h"
#include "lib/tls/settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::tls {

struct MadeContext {
    ContextHandle context;
    std::vector<std::string> warnings;   ///< what the administrator should know
};

/// Keys, authorities, groups, options. Errors: permanent; they name the file or the parameter.
Result<MadeContext> make_context(const CommonSettings& common, const SideSettings& side,
                                 const SSL_METHOD* method);
Result<void> use_chains(SSL_CTX* context, const std::vector<KeyChain>& chains);
/// For one connection, in the place of the context's.
Result<void> use_chains(SSL* ssl, const std::vector<KeyChain>& chains);

/// tls_ssl_options: "NO_TICKET, NO_COMPRESSION", "0x4000". Error: permanent, naming the word.
Result<std::uint64_t> parse_options(std::string_view text);
/// SSL_OP_ALL without the workarounds of tls_disable_workarounds.
Result<std::uint64_t> workarounds_without(std::string_view text);

/// Parameters of Diffie-Hellman for a server, from a PEM file (smtpd_tls_dh1024_param_file), in the
/// place of those that OpenSSL chooses. Error: permanent, naming the file.
Result<void> use_dh_parameters(SSL_CTX* context, const std::string& file);

/// The digest of that name; null: there is none.
const EVP_MD* digest_named(const std::string& name);

}  // namespace postern::tls
