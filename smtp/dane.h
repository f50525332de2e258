// DANE (RFC 7672): what the DNS, where it is authenticated, says of a server's certificate.
#pragma once

#include "lib/dns/resolver.h"
#include "smtp/session.h"
#include "smtp/tls_policy.h"

#include <string>

namespace postern::smtp {

class Dane {
public:
    /// `insecure_mx` is smtp_tls_dane_insecure_mx_policy.
    Dane(dns::Resolver& resolver, tls::Level insecure_mx)
        : resolver_(resolver), insecure_mx_(insecure_mx) {}

    /// A policy of level dane or dane-only for one server of the destination: as strict as the
    /// server's TLSA records make it. Without any, dane is "may"; with none that can be used,
    /// "encrypt". Errors: the server is not to be used now: "non DNSSEC destination", "TLSA lookup
    /// error for mx.example:25", "no TLSA records found".
    Task<Result<TlsPolicy>> apply(TlsPolicy policy, Endpoint endpoint, std::string nexthop,
                                  const TlsPolicies& policies) const;

private:
    dns::Resolver& resolver_;
    const tls::Level insecure_mx_;
};

}  // namespace postern::smtp
