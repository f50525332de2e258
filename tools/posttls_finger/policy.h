// What a server's certificate must be, by the level and what the DNS says (RFC 7672).
#pragma once

#include "lib/base/log.h"
#include "lib/dns/resolver.h"
#include "lib/tls/client.h"
#include "lib/tls/dane_digests.h"
#include "tools/posttls_finger/servers.h"

namespace postern::posttls_finger {

class Policies {
public:
    /// `digests`: those of TLSA records that count. References outlive it.
    Policies(const Options& options, dns::Resolver& resolver, std::vector<tls::DaneDigest> digests, Log log)
        : options_(options), resolver_(resolver), digests_(std::move(digests)), log_(log) {}

    Task<tls::ClientPolicy> of(Server server, std::string nexthop) const;

private:
    Task<std::vector<tls::TlsaRecord>> tlsa_records(Server server) const;
    bool is_usable(const dns::TlsAssociation& record) const;

    const Options& options_;
    dns::Resolver& resolver_;
    const std::vector<tls::DaneDigest> digests_;
    const Log log_;
};

}  // namespace postern::posttls_finger
