// DANE (RFC 7672): what the DNS, where it is authenticated, says of a server's certificate.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/nexthop/endpoint.h"
#include "lib/tls/client.h"
#include "lib/tls/dane_digests.h"

#include <string>
#include <variant>
#include <vector>

namespace postern::nexthop {

class Dane {
public:
    /// `insecure_mx`: the level at a host that an unsigned MX record named (dane, encrypt, may;
    /// smtp_tls_dane_insecure_mx_policy). `asks_always`: for hosts in unsigned zones, too
    /// (smtp_tls_force_insecure_host_tlsa_lookup). `digests`: those of records that count
    /// (tls_dane_digests). The resolver outlives it.
    Dane(dns::Resolver& resolver, tls::Level insecure_mx, bool asks_always,
         std::vector<tls::DaneDigest> digests)
        : resolver_(resolver),
          insecure_mx_(insecure_mx),
          asks_always_(asks_always),
          digests_(std::move(digests)) {}

    /// What a server is held to.
    struct Demand {
        tls::Level level;                        ///< as asked for, with records; or encrypt, or may
        std::vector<tls::TlsaRecord> records = {};        ///< what the certificate must match
        std::vector<dns::TlsAssociation> useless = {};    ///< those that count for nothing
    };
    enum class Problem { insecure, no_records, unusable, lookup };
    /// Why a server is not to be used now: "non DNSSEC destination", "no TLSA records found", "TLSA
    /// records unusable", "TLSA lookup error for mx.example:25".
    struct Obstacle {
        Problem problem;
        std::string text;
    };
    /// `level` is dane or dane-only. Without records dane is "may"; with none that can be used,
    /// "encrypt".
    Task<std::variant<Demand, Obstacle>> find(tls::Level level, Endpoint endpoint) const;

    /// That the way to a server is not signed, as find() says it.
    static Obstacle insecure();

private:
    bool is_usable(const dns::TlsAssociation& record) const;
    Demand sorted(tls::Level level, const dns::Response& answer) const;

    dns::Resolver& resolver_;
    const tls::Level insecure_mx_;
    const bool asks_always_;
    const std::vector<tls::DaneDigest> digests_;
};

}  // namespace postern::nexthop
