// What TLS a destination wants (postconf(5), smtp_tls_security_level, smtp_tls_policy_maps,
// smtp_tls_per_site).
#pragma once

#include "lib/config/config.h"
#include "lib/nexthop/dane.h"
#include "lib/table/table.h"
#include "lib/tls/client.h"
#include "lib/tls/level.h"
#include "smtp/tls_event.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtp {

struct TlsPolicy {
    tls::Level level = tls::Level::none;
    std::string protocols, ciphers;
    std::vector<std::string> excluded_ciphers;
    std::vector<std::string> matches;   ///< "hostname", "nexthop", "dot-nexthop", names; fingerprints
    std::string server_name;            ///< SNI: "", "hostname", "nexthop", or a name
    std::string trust_anchor_file;
    std::vector<std::string> mx_patterns;   ///< of an MTA-STS policy, that hosts must match
    std::optional<StsPolicy> sts;           ///< where it comes from
    std::optional<TlsFailure> failure;      ///< no server can do right: something is wrong with that
    bool reuses_connections = false;
    bool prefers_bare_key = false;      ///< smtp_tls_enable_rpk, enable_rpk
    bool has_idna2003 = false;          ///< how names of matches become A-labels
    std::vector<tls::TlsaRecord> tlsa;      ///< dane: what the certificate must match
    std::vector<std::string> tlsa_names;

    /// Of what makes connections under it exchangeable.
    std::string text() const;
    /// Whether mail may go to a server of that name (smtp_tls_enforce_sts_mx_patterns).
    bool permits_host(std::string_view host) const;
    /// For one server of the destination. `nexthop` without brackets and port.
    tls::ClientPolicy for_server(std::string_view nexthop, std::string_view host) const;
};

/// The parameters of main.cf that a policy is made of; of lmtp, as it reads them.
struct TlsDefaults {
    /// An unknown level is an error that names it.
    static Result<TlsDefaults> of(const config::Config& config);

    tls::Level level;
    std::string protocols, mandatory_protocols, ciphers, mandatory_ciphers;
    std::vector<std::string> exclude_ciphers, mandatory_exclude_ciphers;
    std::vector<std::string> verify_match, secure_match, fingerprint_match;
    std::string servername, trust_anchor_file;
    bool connection_reuse, enable_rpk, enforces_peername, enforces_sts_mx_patterns, has_idna2003;
};

class TlsPolicies {
public:
    TlsPolicies(TlsDefaults defaults, table::Maps policy_maps, table::Maps per_site)
        : defaults_(std::move(defaults)),
          policy_maps_(std::move(policy_maps)),
          per_site_(std::move(per_site)) {}

    /// There may be a destination that does.
    bool may_want_tls() const noexcept {
        return defaults_.level != tls::Level::none || !policy_maps_.empty() || !per_site_.empty();
    }
    /// smtp_tls_connection_reuse
    bool reuses_connections() const noexcept { return defaults_.connection_reuse; }

    /// Of a destination. Errors: temporary, a table is down; permanent, what is wrong with an
    /// entry: "smtp_tls_policy_maps, next-hop destination "a.example": invalid security level "x"".
    Task<Result<TlsPolicy>> find(std::string key) const;
    /// The same with what smtp_tls_per_site says of the server.
    Task<Result<TlsPolicy>> find_for_host(TlsPolicy policy, std::string host) const;

    /// For mail whose sender would rather have it delivered than protected ("TLS-Required: no", RFC
    /// 8689 section 5): main.cf's level, at most "may".
    TlsPolicy lenient() const { return of_level(std::min(defaults_.level, tls::Level::may)); }

    /// The same policy at another level, with that level's protocols and ciphers.
    TlsPolicy at_level(const TlsPolicy& policy, tls::Level level) const;
    /// The same as strict as the TLSA records of the server make it (RFC 7672).
    TlsPolicy with_dane(const TlsPolicy& policy, nexthop::Dane::Demand demand, const std::string& nexthop,
                        const std::string& host) const;

private:
    Task<table::Found> look_up(std::string key) const;
    Task<Result<std::optional<tls::Level>>> site_level(std::string key) const;
    TlsPolicy of_level(tls::Level level) const;
    Result<TlsPolicy> parse(std::string_view entry) const;
    Result<void> take(TlsPolicy& policy, std::string_view name, std::string_view value) const;
    Result<void> take_sts(TlsPolicy& policy, std::string_view name, std::string_view value) const;

    const TlsDefaults defaults_;
    const table::Maps policy_maps_, per_site_;
};

}  // namespace postern::smtp
