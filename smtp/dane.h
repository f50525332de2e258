// DANE (RFC 7672): what the DNS, where it is authenticated, says of a server's certificate.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/tls/dane_digests.h"
#include "smtp/session.h"
#include "smtp/tls_policy.h"

#include <string>
#include <vector>

namespace postern::smtp {

class Dane {
public:
    /// `digests`: those of records that count (tls_dane_digests).
    Dane(dns::Resolver& resolver, const Settings& settings, std::vector<tls::DaneDigest> digests)
        : resolver_(resolver),
          insecure_mx_(settings.tls_dane_insecure_mx_policy),
          asks_always_(settings.tls_force_insecure_host_tlsa_lookup),
          digests_(std::move(digests)) {}

    /// A policy of level dane or dane-only for one server of the destination: as strict as the
    /// server's TLSA records make it. Without any, dane is "may"; with none that can be used,
    /// "encrypt". Errors: the server is not to be used now: "non DNSSEC destination", "TLSA lookup
    /// error for mx.example:25", "no TLSA records found".
    Task<Result<TlsPolicy>> apply(TlsPolicy policy, Endpoint endpoint, std::string nexthop,
                                  const TlsPolicies& policies) const;

private:
    bool is_usable(const dns::TlsAssociation& record) const;
    std::vector<tls::TlsaRecord> usable(const dns::Response& answer) const;

    dns::Resolver& resolver_;
    const tls::Level insecure_mx_;   // smtp_tls_dane_insecure_mx_policy
    const bool asks_always_;
    const std::vector<tls::DaneDigest> digests_;
};

}  // namespace postern::smtp
