// Reading the parameters; see the header.
#include "lib/tls/settings.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::tls {

namespace {

/// Shorter is not worth a cache (postconf(5), smtpd_tls_session_cache_timeout).
constexpr seconds shortest_cache{120};

bool is_some(const std::string& file) { return !file.empty() && file != "none"; }

seconds cache_timeout(seconds configured) {
    if (configured <= seconds(0)) return seconds(0);
    return std::max(configured, shortest_cache);
}

}  // namespace

CommonSettings::CommonSettings(const config::Config& config)
    : process_name(config.process_name()),
      config_file(config.text("tls_config_file")),
      config_name(config.text("tls_config_name")),
      cipher_lists{{"high", config.text("tls_high_cipherlist")},
                   {"medium", config.text("tls_medium_cipherlist")},
                   {"null", config.text("tls_null_cipherlist")},
                   // Grades of another time; a site that still names them gets what is left of them.
                   {"low", config.text("tls_low_cipherlist")},
                   {"export", config.text("tls_export_cipherlist")}},
      eecdh_auto_curves(config.list("tls_eecdh_auto_curves")),
      ffdhe_auto_groups(config.list("tls_ffdhe_auto_groups")),
      eecdh_strong_curve(config.text("tls_eecdh_strong_curve")),
      eecdh_ultra_curve(config.text("tls_eecdh_ultra_curve")),
      ssl_options(config.text("tls_ssl_options")),
      disable_workarounds(config.text("tls_disable_workarounds")),
      preempt_cipherlist(config.boolean("tls_preempt_cipherlist")),
      append_default_ca(config.boolean("tls_append_default_CA")),
      wildcard_matches_multiple_labels(config.boolean("tls_wildcard_matches_multiple_labels")),
      fast_shutdown(config.boolean("tls_fast_shutdown_enable")),
      session_ticket_cipher(config.text("tls_session_ticket_cipher")),
      dane_digests(config.list("tls_dane_digests")) {
    for (const char* grade : {"low", "export"})
        if (cipher_lists[grade].empty()) cipher_lists[grade] = cipher_lists["medium"];
}

namespace {

/// A parameter of a prefix, or its namesake of another where main.cf does not set it.
class Reader {
public:
    Reader(const config::Config& config, std::string_view prefix, std::string_view fallback)
        : config_(config), prefix_(prefix), fallback_(fallback) {}

    std::string text(const std::string& name) const { return config_.text(known_as(name)); }
    std::vector<std::string> list(const std::string& name) const { return config_.list(known_as(name)); }
    bool boolean(const std::string& name) const { return config_.boolean(known_as(name)); }
    std::int64_t number(const std::string& name) const { return config_.number(known_as(name)); }

private:
    std::string known_as(const std::string& name) const {
        if (fallback_.empty() || config_.is_set(name)) return name;
        return std::string(fallback_).append(name, prefix_.size());
    }
    const config::Config& config_;
    const std::string_view prefix_, fallback_;
};

/// Of a server; those of a client bear another name.
bool is_of_server(std::string_view prefix) { return prefix != "smtp_tls_"; }
/// They have no sessions of their own: their clients go on to smtpd.
bool is_in_front(std::string_view prefix) { return prefix == "postscreen_tls_" || prefix == "tlsproxy_tls_"; }

}  // namespace

SideSettings::SideSettings(const config::Config& config, std::string_view its_prefix,
                           std::string_view fallback)
    : prefix(its_prefix) {
    const Reader read(config, prefix, fallback);
    chain_files = read.list(prefix + "chain_files");
    wants_no_certificate = chain_files.empty() && read.text(prefix + "cert_file") == "none";
    const KeyPairFiles named[] = {
        {read.text(prefix + "cert_file"), read.text(prefix + "key_file")},
        {read.text(prefix + "dcert_file"), read.text(prefix + "dkey_file")},
        {read.text(prefix + "eccert_file"), read.text(prefix + "eckey_file")},
    };
    if (chain_files.empty())
        for (const KeyPairFiles& pair : named)
            if (is_some(pair.certificate)) pairs.push_back(pair);
    ca_file = read.text(prefix + "CAfile");
    ca_path = read.text(prefix + "CApath");
    protocols = read.text(prefix + "protocols");
    mandatory_protocols = read.text(prefix + "mandatory_protocols");
    ciphers = read.text(prefix + "ciphers");
    mandatory_ciphers = read.text(prefix + "mandatory_ciphers");
    exclude_ciphers = read.list(prefix + "exclude_ciphers");
    mandatory_exclude_ciphers = read.list(prefix + "mandatory_exclude_ciphers");
    fingerprint_digest = read.text(prefix + "fingerprint_digest");
    const bool is_server = is_of_server(prefix);
    eecdh_grade = is_server ? read.text(prefix + "eecdh_grade") : "auto";
    verify_depth = static_cast<int>(is_server ? read.number(prefix + "ccert_verifydepth")
                                              : read.number(prefix + "scert_verifydepth"));
    log_level = LogLevel::parse(read.text(prefix + "loglevel")).value_or(LogLevel{});
    // tlsproxy has none of its own: it writes postscreen's, and smtpd's.
    const std::int64_t trace = prefix == "tlsproxy_tls_" ? config.number("smtpd_tls_trace_size_limit")
                                                         : config.number(prefix + "trace_size_limit");
    trace_size_limit = static_cast<std::size_t>(std::max<std::int64_t>(trace, 0));
    enable_rpk = read.boolean(prefix + "enable_rpk");
    if (is_in_front(prefix)) {
        session_cache_database = config.text("smtpd_tls_session_cache_database");
        session_cache_timeout = cache_timeout(config.time("smtpd_tls_session_cache_timeout"));
    } else {
        session_cache_database = config.text(prefix + "session_cache_database");
        session_cache_timeout = cache_timeout(config.time(prefix + "session_cache_timeout"));
    }
}

ServerSideSettings::ServerSideSettings(const config::Config& config, std::string_view its_prefix,
                                       std::string_view fallback)
    : SideSettings(config, its_prefix, fallback) {
    const Reader read(config, prefix, fallback);
    requires_certificate = read.boolean(prefix + "req_ccert");
    asks_certificate = requires_certificate || read.boolean(prefix + "ask_ccert");
    issues_session_ids = read.boolean(prefix + "always_issue_session_ids");
    dh_file = read.text(prefix + "dh1024_param_file");
    if (same(dh_file, "auto")) dh_file.clear();
}

Result<Level> server_level(const config::Config& config, const std::string& prefix) {
    const std::string text = config.text(prefix + "tls_security_level");
    if (text.empty()) {
        if (config.boolean(prefix + "enforce_tls")) return Level::encrypt;
        return config.boolean(prefix + "use_tls") ? Level::may : Level::none;
    }
    const auto level = level_named(text);
    if (!level) return config.error_in(prefix + "tls_security_level", "Invalid TLS level \"" + printable(text) + "\"");
    return std::min(*level, Level::encrypt);
}

LogLevels log_levels(const config::Config& config, const std::string& prefix, table::Maps maps) {
    const std::string parameter = prefix + "loglevel_maps";
    const auto names = config.list("parent_domain_matches_subdomains");
    const bool parents_match = std::ranges::find(names, parameter) != names.end();
    return {LogLevel::parse(config.text(prefix + "loglevel")).value_or(LogLevel{}), std::move(maps), parameter,
            parents_match};
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
