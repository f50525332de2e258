// Contexts; see the header.
#include "lib/tls/context.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/tls/raw_keys.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <fmt/format.h>

#include <charconv>
#include <span>

namespace postern::tls {

namespace {

struct NamedOption {
    std::string_view name;
    std::uint64_t flag;
};

/// tls_ssl_options (postconf(5)).
constexpr NamedOption option_names[] = {
    {"ENABLE_MIDDLEBOX_COMPAT", SSL_OP_ENABLE_MIDDLEBOX_COMPAT},
    {"LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT},
    {"NO_TICKET", SSL_OP_NO_TICKET},
    {"NO_COMPRESSION", SSL_OP_NO_COMPRESSION},
    {"NO_RENEGOTIATION", SSL_OP_NO_RENEGOTIATION},
    {"NO_SESSION_RESUMPTION_ON_RENEGOTIATION", SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION},
    {"PRIORITIZE_CHACHA", SSL_OP_PRIORITIZE_CHACHA},
};

/// tls_disable_workarounds; those that OpenSSL 3 no longer has are known and do nothing.
constexpr NamedOption workaround_names[] = {
    {"CRYPTOPRO_TLSEXT_BUG", SSL_OP_CRYPTOPRO_TLSEXT_BUG},
    {"CVE-2005-2969", 0},
    {"CVE-2010-4180", 0},
    {"DONT_INSERT_EMPTY_FRAGMENTS", SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS},
    {"LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT},
    {"MICROSOFT_BIG_SSLV3_BUFFER", 0},
    {"MICROSOFT_SESS_ID_BUG", 0},
    {"MSIE_SSLV2_RSA_PADDING", 0},
    {"NETSCAPE_CHALLENGE_BUG", 0},
    {"NETSCAPE_REUSE_CIPHER_CHANGE_BUG", 0},
    {"SSLEAY_080_CLIENT_DH_BUG", 0},
    {"SSLREF2_REUSE_CERT_TYPE_BUG", 0},
    {"TLS_BLOCK_PADDING_BUG", 0},
    {"TLS_D5_BUG", 0},
    {"TLS_ROLLBACK_BUG", SSL_OP_TLS_ROLLBACK_BUG},
    {"TLSEXT_PADDING", SSL_OP_TLSEXT_PADDING},
};

Result<std::uint64_t> flags_of(std::string_view text, std::span<const NamedOption> known,
                               std::string_view parameter) {
    std::uint64_t flags = 0;
    for (const std::string_view word : split(text)) {
        if (starts_with_same(word, "0x")) {
            std::uint64_t value = 0;
            const auto [end, error] =
                std::from_chars(word.data() + 2, word.data() + word.size(), value, 16);
            if (error != std::errc() || end != word.data() + word.size())
                return permanent(fmt::format("{}: bad number \"{}\"", parameter, printable(word)));
            flags |= value;
            continue;
        }
        const NamedOption* found = nullptr;
        for (const NamedOption& one : known)
            if (same(one.name, word)) found = &one;
        if (!found)
            return permanent(fmt::format("{}: unknown word \"{}\"", parameter, printable(word)));
        flags |= found->flag;
    }
    return flags;
}

/// Those of a list that this OpenSSL knows: a list may name what only other versions have.
std::string known_groups(SSL_CTX* context, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names)
        if (SSL_CTX_set1_groups_list(context, name.c_str()) == 1)
            list += (list.empty() ? "" : ":") + name;
    ERR_clear_error();
    return list;
}

Result<void> set_groups(SSL_CTX* context, const CommonSettings& common, const SideSettings& side) {
    std::vector<std::string> names;
    const std::string grade = lower(side.eecdh_grade);
    if (grade == "strong") names = {common.eecdh_strong_curve};
    else if (grade == "ultra") names = {common.eecdh_ultra_curve, common.eecdh_strong_curve};
    else if (grade == "auto") names = common.eecdh_auto_curves;
    else if (grade != "none")
        return permanent(fmt::format("{}eecdh_grade: unknown grade \"{}\"", side.prefix, printable(grade)));
    names.insert(names.end(), common.ffdhe_auto_groups.begin(), common.ffdhe_auto_groups.end());
    const std::string list = known_groups(context, names);
    if (list.empty()) return success();   // nothing wished: OpenSSL's own
    if (SSL_CTX_set1_groups_list(context, list.c_str()) != 1)
        return permanent("tls_eecdh_auto_curves: " + take_library_reason());
    return success();
}

Result<void> set_options(SSL_CTX* context, const CommonSettings& common) {
    auto workarounds = workarounds_without(common.disable_workarounds);
    if (!workarounds) return workarounds.error();
    auto options = parse_options(common.ssl_options);
    if (!options) return options.error();
    SSL_CTX_clear_options(context, SSL_OP_ALL);
    SSL_CTX_set_options(context, *workarounds | *options | SSL_OP_NO_RENEGOTIATION);
    if (common.preempt_cipherlist) SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    return success();
}

Result<void> load_authorities(SSL_CTX* context, const CommonSettings& common,
                              const SideSettings& side) {
    const char* file = side.ca_file.empty() ? nullptr : side.ca_file.c_str();
    const char* path = side.ca_path.empty() ? nullptr : side.ca_path.c_str();
    if ((file || path) && SSL_CTX_load_verify_locations(context, file, path) != 1)
        return permanent(fmt::format(
            "cannot load Certification Authority data,{}{}: {}",
            file ? fmt::format(" CAfile=\"{}\"", side.ca_file) : "",
            path ? fmt::format(" CApath=\"{}\"", side.ca_path) : "", take_library_reason()));
    if ((file || path) && common.append_default_ca && SSL_CTX_set_default_verify_paths(context) != 1)
        return permanent("tls_append_default_CA: " + take_library_reason());
    return success();
}

using StackHandle = std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)>;

StackHandle stack_of(const std::vector<CertificateHandle>& certificates) {
    StackHandle stack(sk_X509_new_null(), [](STACK_OF(X509)* it) { sk_X509_free(it); });
    for (const CertificateHandle& one : certificates) sk_X509_push(stack.get(), one.get());
    return stack;
}

Error cannot_use(const KeyChain& chain) {
    return permanent(fmt::format("cannot use the key and certificate in {}: {}", chain.file,
                                 take_library_reason()));
}

}  // namespace

Result<std::uint64_t> parse_options(std::string_view text) {
    return flags_of(text, option_names, "tls_ssl_options");
}

Result<std::uint64_t> workarounds_without(std::string_view text) {
    auto disabled = flags_of(text, workaround_names, "tls_disable_workarounds");
    if (!disabled) return disabled;
    return SSL_OP_ALL & ~*disabled;
}

const EVP_MD* digest_named(const std::string& name) { return EVP_get_digestbyname(name.c_str()); }

Result<void> use_chains(SSL_CTX* context, const std::vector<KeyChain>& chains) {
    for (const KeyChain& chain : chains)
        if (SSL_CTX_use_cert_and_key(context, chain.certificate.get(), chain.key.get(),
                                     stack_of(chain.authorities).get(), 1) != 1)
            return cannot_use(chain);
    return success();
}

Result<void> use_chains(SSL* ssl, const std::vector<KeyChain>& chains) {
    for (const KeyChain& chain : chains)
        if (SSL_use_cert_and_key(ssl, chain.certificate.get(), chain.key.get(),
                                 stack_of(chain.authorities).get(), 1) != 1)
            return cannot_use(chain);
    return success();
}

Result<void> use_dh_parameters(SSL_CTX* context, const std::string& file) {
    auto pem = read_file(file, 1u << 20);
    if (!pem) return pem.error().in("cannot load DH parameters");
    KeyHandle parameters(PEM_read_bio_Parameters(memory_bio(*pem).get(), nullptr));
    if (!parameters || EVP_PKEY_get_base_id(parameters.get()) != EVP_PKEY_DH ||
        SSL_CTX_set0_tmp_dh_pkey(context, parameters.get()) != 1)
        return permanent(fmt::format("cannot load DH parameters from file {}: {}", file, take_library_reason()));
    std::ignore = parameters.release();   // the context has it now
    return success();
}

Result<MadeContext> make_context(const CommonSettings& common, const SideSettings& side,
                                 const SSL_METHOD* method) {
    MadeContext made;
    if (!load_library(common.config_file, common.config_name)) {
        if (common.config_file != "default")
            return permanent(fmt::format("tls_config_file: cannot load {}: {}", common.config_file,
                                         take_library_reason()));
        made.warnings.push_back("OpenSSL's configuration has errors: " + take_library_reason());
    }
    if (!digest_named(side.fingerprint_digest))
        return permanent(fmt::format("{}fingerprint_digest: digest algorithm \"{}\" not found",
                                     side.prefix, printable(side.fingerprint_digest)));
    made.context.reset(SSL_CTX_new(method));
    SSL_CTX* context = made.context.get();
    if (!context) return permanent("cannot allocate TLS context: " + take_library_reason());

    // What is allowed is said by the protocol and cipher parameters, and by nothing else.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    if (auto done = set_options(context, common); !done) return done.error();
    if (auto done = set_groups(context, common, side); !done) return done.error();
    SSL_CTX_set_dh_auto(context, 1);
    if (auto done = load_authorities(context, common, side); !done) return done.error();
    SSL_CTX_set_verify_depth(context, side.verify_depth);

    if (side.enable_rpk && !has_raw_keys())
        made.warnings.push_back(fmt::format("{}enable_rpk: raw public keys (RFC 7250) need OpenSSL 3.2, and this is {}; "
                                            "only certificates are used", side.prefix, OpenSSL_version(OPENSSL_VERSION_STRING)));
    auto chains = load_keys(side);
    if (!chains) return chains.error();
    for (const KeyChain& chain : *chains)
        if (std::string complaint = complaint_about(chain); !complaint.empty())
            made.warnings.push_back(std::move(complaint));
    if (auto done = use_chains(context, *chains); !done) return done.error();
    return made;
}

}  // namespace postern::tls
