// What a server's certificate must be, by the level and what the DNS says (RFC 7672).
#pragma once

#include "lib/base/log.h"
#include "lib/nexthop/dane.h"
#include "lib/tls/client.h"
#include "tools/posttls_finger/options.h"

namespace postern::posttls_finger {

class Policies {
public:
    /// `digests`: those of TLSA records that count. References outlive it.
    Policies(const Options& options, dns::Resolver& resolver, std::vector<tls::DaneDigest> digests, Log log);

    Task<tls::ClientPolicy> of(nexthop::Endpoint server, std::string nexthop) const;

private:
    Task<nexthop::Dane::Demand> demand(nexthop::Endpoint server, tls::Level level) const;

    const Options& options_;
    const nexthop::Dane dane_;
    const Log log_;
};

}  // namespace postern::posttls_finger
