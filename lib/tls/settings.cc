// Reading the parameters; see the header.
#include "lib/tls/settings.h"

#include "lib/base/strings.h"

namespace postern::tls {

namespace {

/// Shorter is not worth a cache (postconf(5), smtpd_tls_session_cache_timeout).
constexpr seconds shortest_cache{120};

int log_level_of(const std::string& text) {
    return static_cast<int>(parse_number(text).value_or(0));
}

bool is_some(const std::string& file) { return !file.empty() && file != "none"; }

seconds cache_timeout(seconds configured) {
    if (configured <= seconds(0)) return seconds(0);
    return std::max(configured, shortest_cache);
}

}  // namespace

CommonSettings::CommonSettings(const config::Config& config)
    : config_file(config.text("tls_config_file")),
      config_name(config.text("tls_config_name")),
      eecdh_auto_curves(config.list("tls_eecdh_auto_curves")),
      ffdhe_auto_groups(config.list("tls_ffdhe_auto_groups")),
      eecdh_strong_curve(config.text("tls_eecdh_strong_curve")),
      eecdh_ultra_curve(config.text("tls_eecdh_ultra_curve")),
      ssl_options(config.text("tls_ssl_options")),
      disable_workarounds(config.text("tls_disable_workarounds")),
      preempt_cipherlist(config.boolean("tls_preempt_cipherlist")),
      append_default_ca(config.boolean("tls_append_default_CA")),
      wildcard_matches_multiple_labels(config.boolean("tls_wildcard_matches_multiple_labels")),
      session_ticket_cipher(config.text("tls_session_ticket_cipher")) {
    for (const char* grade : {"high", "medium", "null"})
        cipher_lists[grade] = config.text(std::string("tls_") + grade + "_cipherlist");
    // Grades of another time; a site that still names them gets what is left of them.
    for (const char* grade : {"low", "export"}) {
        const std::string own = config.text(std::string("tls_") + grade + "_cipherlist");
        cipher_lists[grade] = own.empty() ? cipher_lists["medium"] : own;
    }
}

SideSettings::SideSettings(const config::Config& config, std::string_view its_prefix)
    : prefix(its_prefix) {
    const auto text = [&](const char* name) { return config.text(prefix + name); };
    chain_files = config.list(prefix + "chain_files");
    wants_no_certificate = chain_files.empty() && text("cert_file") == "none";
    if (chain_files.empty())
        for (const char* kind : {"", "d", "ec"}) {
            const std::string certificate = text((std::string(kind) + "cert_file").c_str());
            if (is_some(certificate))
                pairs.push_back({certificate, text((std::string(kind) + "key_file").c_str())});
        }
    ca_file = text("CAfile");
    ca_path = text("CApath");
    protocols = text("protocols");
    mandatory_protocols = text("mandatory_protocols");
    ciphers = text("ciphers");
    mandatory_ciphers = text("mandatory_ciphers");
    exclude_ciphers = config.list(prefix + "exclude_ciphers");
    mandatory_exclude_ciphers = config.list(prefix + "mandatory_exclude_ciphers");
    fingerprint_digest = text("fingerprint_digest");
    const bool is_for_smtpd = prefix == "postscreen_tls_" || prefix == "tlsproxy_tls_";
    const bool is_server = prefix == "smtpd_tls_" || is_for_smtpd;
    eecdh_grade = is_server ? text("eecdh_grade") : "auto";
    verify_depth = static_cast<int>(
        config.number(prefix + (is_server ? "ccert_verifydepth" : "scert_verifydepth")));
    log_level = log_level_of(text("loglevel"));
    enable_rpk = config.boolean(prefix + "enable_rpk");
    // They have no sessions of their own: their clients go on to smtpd.
    const std::string cache = (is_for_smtpd ? "smtpd_tls_" : prefix) + "session_cache_";
    session_cache_database = config.text(cache + "database");
    session_cache_timeout = cache_timeout(config.time(cache + "timeout"));
}

std::vector<std::string> SideSettings::files() const {
    std::vector<std::string> all = chain_files;
    for (const KeyPairFiles& pair : pairs) {
        all.push_back(pair.certificate);
        if (pair.key != pair.certificate) all.push_back(pair.key);
    }
    if (!ca_file.empty()) all.push_back(ca_file);
    return all;
}

Result<std::string> cipher_list(const CommonSettings& common, std::string_view grade,
                                const std::vector<std::string>& excluded) {
    const auto found = common.cipher_lists.find(lower(grade));
    if (found == common.cipher_lists.end())
        return permanent("invalid cipher grade: \"" + printable(grade) + "\"");
    std::string list = found->second;
    for (const std::string& cipher : excluded) list += ":!" + cipher;
    return list;
}

Result<Choice> choice(const CommonSettings& common, const SideSettings& side, bool is_mandatory,
                      std::vector<std::string> excluded) {
    auto protocols = Protocols::parse(is_mandatory ? side.mandatory_protocols : side.protocols);
    if (!protocols) return protocols.error();
    excluded.insert(excluded.end(), side.exclude_ciphers.begin(), side.exclude_ciphers.end());
    if (is_mandatory)
        excluded.insert(excluded.end(), side.mandatory_exclude_ciphers.begin(),
                        side.mandatory_exclude_ciphers.end());
    auto ciphers =
        cipher_list(common, is_mandatory ? side.mandatory_ciphers : side.ciphers, excluded);
    if (!ciphers) return ciphers.error();
    return Choice{*protocols, std::move(*ciphers)};
}

}  // namespace postern::tls
