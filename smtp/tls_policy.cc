// TLS policies; see the header.
#include "smtp/tls_policy.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtp {

using tls::Level;

namespace {

std::vector<std::string> words(std::string_view text, std::string_view separators) {
    std::vector<std::string> all;
    for (const std::string_view word : split(text, separators)) all.emplace_back(word);
    return all;
}

/// smtp_tls_security_level, and the parameters that count where it is empty.
Result<Level> level_of(const config::Config& config) {
    const std::string text = config.text("smtp_tls_security_level");
    if (!text.empty()) {
        const auto level = tls::level_named(text);
        if (!level) return permanent("Invalid TLS level \"" + printable(text) + "\"");
        return *level;
    }
    if (config.boolean("smtp_enforce_tls"))
        return config.boolean("smtp_tls_enforce_peername") ? Level::verify : Level::encrypt;
    return config.boolean("smtp_use_tls") ? Level::may : Level::none;
}

/// smtp_tls_per_site's words.
std::optional<Level> site_word(std::string_view word) {
    if (same(word, "NONE")) return Level::none;
    if (same(word, "MAY")) return Level::may;
    if (same(word, "MUST_NOPEERMATCH")) return Level::encrypt;
    if (same(word, "MUST")) return Level::verify;
    return std::nullopt;
}

/// MAY says least; else the more secure one counts.
Level combined(Level one, Level other) {
    if (one == Level::may) return other;
    if (other == Level::may) return one;
    return std::max(one, other);
}

/// policy_failure
std::optional<TlsFailure> policy_failure_named(std::string_view name) {
    const auto failure = tls_failure_named(name);
    switch (failure.value_or(TlsFailure::dane_required)) {
        case TlsFailure::sts_policy_fetch_error:
        case TlsFailure::sts_policy_invalid:
        case TlsFailure::sts_webpki_invalid:
        case TlsFailure::validation_failure:
            return failure;
        default:
            return std::nullopt;
    }
}

Error bad_value(std::string_view name, std::string_view value) {
    return permanent(fmt::format("attribute \"{}\": bad value \"{}\"", name, printable(value)));
}

std::string resolved(std::string_view pattern, std::string_view nexthop, std::string_view host) {
    if (same(pattern, "hostname")) return std::string(host);
    if (same(pattern, "nexthop")) return std::string(nexthop);
    if (same(pattern, "dot-nexthop")) return "." + std::string(nexthop);
    return std::string(pattern);
}

/// As certificates have it (RFC 9525 section 6.3).
std::string ascii(std::string name, bool has_idna2003) {
    const bool has_dot = name.starts_with('.');
    auto found = config::domain_to_ascii(has_dot ? name.substr(1) : name, has_idna2003);
    return found ? (has_dot ? "." : "") + *found : name;
}

}  // namespace

std::string TlsPolicy::text() const {
    std::string text = fmt::format("{} {} {} {} {}", tls::name_of(level), protocols, ciphers, server_name,
                                   trust_anchor_file);
    for (const auto* list : {&excluded_ciphers, &matches, &mx_patterns})
        for (const std::string& one : *list) text += " " + one;
    if (prefers_bare_key) text += " bare";
    if (failure) text.append(" ").append(name_of(*failure));
    return text;
}

bool TlsPolicy::permits_host(std::string_view host) const {
    // RFC 8461 section 4.1: "*." stands for one label.
    const auto matches = [host](std::string_view pattern) {
        if (!pattern.starts_with("*.")) return same(pattern, host);
        const auto dot = host.find('.');
        return dot != host.npos && same(pattern.substr(2), host.substr(dot + 1));
    };
    return mx_patterns.empty() || std::ranges::any_of(mx_patterns, matches);
}

tls::ClientPolicy TlsPolicy::for_server(std::string_view nexthop, std::string_view host) const {
    tls::ClientPolicy wanted;
    wanted.level = level;
    wanted.protocols = protocols;
    wanted.ciphers = ciphers;
    wanted.excluded_ciphers = excluded_ciphers;
    wanted.trust_anchor_file = trust_anchor_file;
    if (!server_name.empty())
        wanted.server_name = ascii(resolved(server_name, nexthop, host), has_idna2003);
    wanted.tlsa = tlsa;
    wanted.tlsa_names = tlsa_names;
    wanted.prefers_bare_key = prefers_bare_key;
    if (level == Level::fingerprint) {
        wanted.fingerprints = matches;
        return wanted;
    }
    if (!mx_patterns.empty()) {   // the certificate is that of the host, not of any host of the policy
        wanted.names = {ascii(std::string(host), has_idna2003)};
        return wanted;
    }
    for (const std::string& pattern : matches)
        wanted.names.push_back(ascii(resolved(pattern, nexthop, host), has_idna2003));
    return wanted;
}

Result<TlsDefaults> TlsDefaults::of(const config::Config& config) {
    auto level = level_of(config);
    if (!level) return level.error();
    const auto list = [&](const char* name, std::string_view separators) {
        return words(config.text(name), separators);
    };
    TlsDefaults all;
    all.level = *level;
    all.protocols = config.text("smtp_tls_protocols");
    all.mandatory_protocols = config.text("smtp_tls_mandatory_protocols");
    all.ciphers = config.text("smtp_tls_ciphers");
    all.mandatory_ciphers = config.text("smtp_tls_mandatory_ciphers");
    all.exclude_ciphers = list("smtp_tls_exclude_ciphers", ", \t\r\n:");
    all.mandatory_exclude_ciphers = list("smtp_tls_mandatory_exclude_ciphers", ", \t\r\n:");
    all.verify_match = list("smtp_tls_verify_cert_match", ", \t\r\n:");
    all.secure_match = list("smtp_tls_secure_cert_match", ", \t\r\n:");
    all.fingerprint_match = list("smtp_tls_fingerprint_cert_match", ", \t\r\n|");
    all.servername = config.text("smtp_tls_servername");
    all.trust_anchor_file = config.text("smtp_tls_trust_anchor_file");
    all.connection_reuse = config.boolean("smtp_tls_connection_reuse");
    all.enable_rpk = config.boolean("smtp_tls_enable_rpk");
    all.enforces_sts_mx_patterns = config.boolean("smtp_tls_enforce_sts_mx_patterns");
    all.enforces_peername = config.boolean("smtp_tls_enforce_peername");
    all.has_idna2003 = config.boolean("enable_idna2003_compatibility");
    return all;
}

TlsPolicy TlsPolicies::of_level(Level level) const {
    TlsPolicy policy;
    policy.level = level;
    const bool is_mandatory = tls::must_encrypt(level);
    policy.protocols = is_mandatory ? defaults_.mandatory_protocols : defaults_.protocols;
    policy.ciphers = is_mandatory ? defaults_.mandatory_ciphers : defaults_.ciphers;
    policy.excluded_ciphers = defaults_.exclude_ciphers;
    if (is_mandatory)
        policy.excluded_ciphers.insert(policy.excluded_ciphers.end(),
                                       defaults_.mandatory_exclude_ciphers.begin(),
                                       defaults_.mandatory_exclude_ciphers.end());
    if (level == Level::verify) policy.matches = defaults_.verify_match;
    if (level == Level::secure) policy.matches = defaults_.secure_match;
    if (level == Level::fingerprint) policy.matches = defaults_.fingerprint_match;
    if (level == Level::verify || level == Level::secure) policy.trust_anchor_file = defaults_.trust_anchor_file;
    policy.server_name = defaults_.servername;
    policy.reuses_connections = defaults_.connection_reuse;
    policy.prefers_bare_key = defaults_.enable_rpk;
    policy.has_idna2003 = defaults_.has_idna2003;
    return policy;
}

TlsPolicy TlsPolicies::at_level(const TlsPolicy& policy, Level level) const {
    TlsPolicy other = of_level(level);
    other.server_name = policy.server_name;
    other.reuses_connections = policy.reuses_connections;
    other.prefers_bare_key = policy.prefers_bare_key;
    return other;
}

TlsPolicy TlsPolicies::with_dane(const TlsPolicy& policy, nexthop::Dane::Demand demand, const std::string& nexthop,
                                 const std::string& host) const {
    if (demand.records.empty()) return at_level(policy, demand.level);
    TlsPolicy strict = policy;
    strict.tlsa = std::move(demand.records);
    strict.tlsa_names = {host, nexthop};
    strict.server_name = host;   // RFC 7672 section 2.2.3
    return strict;
}

/// By the whole destination; a bare domain also by its parents, ".example".
Task<table::Found> TlsPolicies::look_up(std::string key) const {
    const bool is_domain = !key.starts_with('[') && key.find(':') == key.npos;
    for (;;) {
        auto found = co_await policy_maps_.find(key);
        if (!found || *found || !is_domain) co_return found;
        const auto dot = key.find('.', 1);
        if (dot == key.npos) co_return found;
        key.erase(0, dot);
    }
}

Result<void> TlsPolicies::take(TlsPolicy& policy, std::string_view name, std::string_view value) const {
    const auto invalid = [&] {
        return permanent(fmt::format("attribute \"{}\" invalid at security level \"{}\"", name,
                                     tls::name_of(policy.level)));
    };
    if (policy.level == Level::none) return invalid();
    const bool has_names = policy.level == Level::verify || policy.level == Level::secure;
    if (same(name, "protocols")) {
        policy.protocols = value;
    } else if (same(name, "ciphers")) {
        policy.ciphers = value;
    } else if (same(name, "exclude")) {
        policy.excluded_ciphers = words(value, ":");
    } else if (same(name, "match")) {
        if (!has_names && policy.level != Level::fingerprint) return invalid();
        for (std::string& one : words(value, has_names ? ":" : "|")) policy.matches.push_back(std::move(one));
    } else if (same(name, "servername")) {
        policy.server_name = value;
    } else if (same(name, "tafile")) {
        if (!has_names) return invalid();
        policy.trust_anchor_file = value;
    } else if (same(name, "connection_reuse") || same(name, "enable_rpk")) {
        if (!same(value, "yes") && !same(value, "no")) return bad_value(name, value);
        (same(name, "enable_rpk") ? policy.prefers_bare_key : policy.reuses_connections) = same(value, "yes");
    } else {
        return take_sts(policy, name, value);
    }
    return success();
}

/// What a program that knows MTA-STS adds, for checks and for reports (RFC 8460).
Result<void> TlsPolicies::take_sts(TlsPolicy& policy, std::string_view name, std::string_view value) const {
    StsPolicy& sts = policy.sts ? *policy.sts : policy.sts.emplace();
    if (same(name, "policy_type")) {
        if (!same(value, "sts") && !same(value, "no-policy-found")) return bad_value(name, value);
        sts.is_found = same(value, "sts");
    } else if (same(name, "policy_domain")) {
        sts.domain = value;
    } else if (same(name, "policy_string")) {
        sts.strings.emplace_back(value);
    } else if (same(name, "mx_host_pattern")) {
        sts.mx_patterns.emplace_back(value);
        const bool has_names = policy.level == Level::verify || policy.level == Level::secure;
        if (has_names && defaults_.enforces_sts_mx_patterns) policy.mx_patterns.emplace_back(value);
    } else if (same(name, "policy_failure")) {
        policy.failure = policy_failure_named(value);
        if (!policy.failure) return bad_value(name, value);
    } else if (!same(name, "policy_ttl")) {   // which counts for nothing
        return permanent(fmt::format("invalid attribute name: \"{}\"", printable(name)));
    }
    return success();
}

/// "LEVEL name=value ..."; a value with blanks is in braces.
Result<TlsPolicy> TlsPolicies::parse(std::string_view entry) const {
    const auto pieces = split_braced(entry, ", \t\r\n");
    if (pieces.empty()) return permanent("invalid empty result");
    const auto level = tls::level_named(pieces[0]);
    if (!level) return permanent(fmt::format("invalid security level \"{}\"", printable(pieces[0])));
    TlsPolicy policy = of_level(*level);
    const auto own_matches = std::exchange(policy.matches, {});
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        std::string_view piece = pieces[i];
        if (piece.starts_with('{') && piece.ends_with('}')) piece = trim(piece.substr(1, piece.size() - 2));
        const auto pair = cut(piece, '=');
        if (!pair || trim(pair->second).empty())
            return permanent(fmt::format("malformed attribute/value pair \"{}\"", printable(piece)));
        if (auto taken = take(policy, trim(pair->first), trim(pair->second)); !taken) return taken.error();
    }
    if (policy.matches.empty()) policy.matches = own_matches;
    if (policy.sts && !policy.sts->is_found) policy.sts.reset();
    return policy;
}

Task<Result<std::optional<Level>>> TlsPolicies::site_level(std::string key) const {
    auto found = co_await per_site_.find(key);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<Level>();
    const auto level = site_word(trim(**found));
    if (!level)
        co_return permanent(fmt::format("smtp_tls_per_site, \"{}\": unknown TLS policy \"{}\"", key, **found));
    co_return level;
}

Task<Result<TlsPolicy>> TlsPolicies::find(std::string key) const {
    if (policy_maps_.empty() && !per_site_.empty()) {
        auto level = co_await site_level(key);
        if (!level) co_return level.error();
        co_return of_level(*level ? (**level == Level::may ? combined(Level::may, defaults_.level) : **level)
                                  : defaults_.level);
    }
    auto found = policy_maps_.empty() ? table::Found(std::optional<std::string>()) : co_await look_up(key);
    if (!found) co_return found.error().in("smtp_tls_policy_maps");
    auto policy = *found ? parse(**found) : Result<TlsPolicy>(of_level(defaults_.level));
    if (!policy)
        co_return policy.error().in(fmt::format("smtp_tls_policy_maps, next-hop destination \"{}\"", key));
    if (policy->level == Level::fingerprint && policy->matches.empty())
        co_return permanent(fmt::format("nexthop domain {}: configured at fingerprint security level, but "
                                        "with no fingerprints to match.", key));
    co_return policy;
}

Task<Result<TlsPolicy>> TlsPolicies::find_for_host(TlsPolicy policy, std::string host) const {
    if (!policy_maps_.empty() || per_site_.empty()) co_return policy;
    auto level = co_await site_level(std::move(host));
    if (!level) co_return level.error();
    if (!*level) co_return policy;
    co_return of_level(combined(policy.level, **level));
}

}  // namespace postern::smtp
