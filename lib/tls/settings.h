// The TLS parameters of main.cf: what is the same for all (tls_*), and what a server (smtpd_tls_*)
// or a client (smtp_tls_*, lmtp_tls_*) has for itself.
#pragma once

#include "lib/config/config.h"
#include "lib/tls/level.h"
#include "lib/tls/log_level.h"
#include "lib/tls/protocols.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postern::tls {

/// tls_*.
struct CommonSettings {
    explicit CommonSettings(const config::Config& config);

    std::string process_name;              ///< of trace files
    std::string config_file, config_name;
    std::map<std::string, std::string, std::less<>> cipher_lists;   ///< by grade: "medium"
    std::vector<std::string> eecdh_auto_curves, ffdhe_auto_groups;
    std::string eecdh_strong_curve, eecdh_ultra_curve;
    std::string ssl_options, disable_workarounds;
    bool preempt_cipherlist, append_default_ca, wildcard_matches_multiple_labels;
    bool fast_shutdown;                    ///< the other side's farewell is not waited for
    std::string session_ticket_cipher;
    std::vector<std::string> dane_digests; ///< the strongest first
};

/// A certificate and its key in files of their own; "" or "none" where there is none.
struct KeyPairFiles {
    std::string certificate, key;
};

/// What smtpd_tls_X and smtp_tls_X have in common.
struct SideSettings {
    /// `prefix`: "smtpd_tls_", "postscreen_tls_", "tlsproxy_tls_" or "smtp_tls_"; of lmtp, the
    /// configuration as it reads it. `fallback`: the prefix of the parameters that count where
    /// main.cf does not set one with `prefix`; "" none.
    SideSettings(const config::Config& config, std::string_view prefix, std::string_view fallback = "");

    std::string prefix;
    std::vector<std::string> chain_files;
    std::vector<KeyPairFiles> pairs;      ///< RSA, DSA, ECDSA; only where chain_files is empty
    bool wants_no_certificate;            ///< cert_file = none: anonymous ciphers will do
    std::string ca_file, ca_path;
    std::string protocols, mandatory_protocols;
    std::string ciphers, mandatory_ciphers;              ///< grades
    std::vector<std::string> exclude_ciphers, mandatory_exclude_ciphers;
    std::string fingerprint_digest;
    std::string eecdh_grade;              ///< "auto" for a client
    int verify_depth;
    LogLevel log_level;
    std::size_t trace_size_limit;         ///< bytes of one trace file; 0: none is written
    bool enable_rpk;
    std::string session_cache_database;
    seconds session_cache_timeout;        ///< at least 2 minutes; 0: sessions are not resumed

    bool has_certificate() const noexcept { return !chain_files.empty() || !pairs.empty(); }
    /// All files that are read: a change of one makes what was read out of date.
    std::vector<std::string> files() const;
};

/// What a server has besides.
struct ServerSideSettings : SideSettings {
    ServerSideSettings(const config::Config& config, std::string_view prefix, std::string_view fallback = "");

    bool asks_certificate, requires_certificate;   ///< who requires one asks for it
    bool issues_session_ids;
    std::string dh_file;                  ///< parameters of Diffie-Hellman; "" OpenSSL's choice
};

/// The level of a server: PREFIXtls_security_level, and where it is empty PREFIXenforce_tls and
/// PREFIXuse_tls; "smtpd_", "postscreen_", "tlsproxy_". A server cannot be asked for more than
/// "encrypt", which stands for all above. Error: permanent, it is no level.
Result<Level> server_level(const config::Config& config, const std::string& prefix);

/// Of a prefix and its tables (PREFIXloglevel, PREFIXloglevel_maps).
LogLevels log_levels(const config::Config& config, const std::string& prefix, table::Maps maps);

/// The list of ciphers for OpenSSL: that of the grade, without what is excluded.
/// Error: permanent, `invalid cipher grade: "x"`.
Result<std::string> cipher_list(const CommonSettings& common, std::string_view grade,
                                const std::vector<std::string>& excluded);

/// What a connection may use.
struct Choice {
    Protocols protocols;
    std::string ciphers;
};
/// Of a side at a mandatory level or below it. `excluded`: besides the side's own.
Result<Choice> choice(const CommonSettings& common, const SideSettings& side, bool is_mandatory,
                      std::vector<std::string> excluded = {});

}  // namespace postern::tls
