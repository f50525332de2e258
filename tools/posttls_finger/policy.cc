// Policies; see the header.
#include "tools/posttls_finger/policy.h"

namespace postern::posttls_finger {

using tls::Level;

Policies::Policies(const Options& options, dns::Resolver& resolver, std::vector<tls::DaneDigest> digests, Log log)
    : options_(options),
      dane_(resolver, tls::level_named(options.insecure_mx).value_or(Level::dane), options.asks_always,
            std::move(digests)),
      log_(log) {}

/// Where no record is of use there is nothing but the authorities.
Task<nexthop::Dane::Demand> Policies::demand(nexthop::Endpoint server, Level level) const {
    const nexthop::Dane::Demand authorities{Level::secure};
    if (!server.path.empty()) co_return authorities;
    auto answer = co_await dane_.find(level, server);
    if (const auto* obstacle = std::get_if<nexthop::Dane::Obstacle>(&answer)) {
        log_.warning("{}: {}", server.where_and_port(), obstacle->text);
        co_return authorities;
    }
    auto* demand = std::get_if<nexthop::Dane::Demand>(&answer);
    for (const dns::TlsAssociation& tlsa : demand->useless)
        log_.warning("{}: unusable TLSA RR: {} {} {}", server.where_and_port(), tlsa.usage, tlsa.selector,
                     tlsa.matching_type);
    if (demand->level == Level::may) co_return authorities;
    co_return std::move(*demand);
}

Task<tls::ClientPolicy> Policies::of(nexthop::Endpoint server, std::string nexthop) const {
    tls::ClientPolicy policy;
    policy.level = options_.level.value_or(Level::dane);
    policy.protocols = options_.protocols;
    policy.ciphers = options_.grade;
    policy.server_name = options_.server_name;
    policy.trust_anchor_file = options_.trust_anchors;
    policy.prefers_bare_key = options_.prefers_bare_key;
    if (policy.level == Level::dane || policy.level == Level::dane_only) {
        auto demand = co_await this->demand(server, policy.level);
        policy.level = demand.level;
        policy.tlsa = std::move(demand.records);
        policy.tlsa_names = {server.host, nexthop};
        if (!policy.tlsa.empty()) policy.server_name = server.host;
    }
    if (policy.level == Level::fingerprint) policy.fingerprints = options_.matches;
    else if (!options_.matches.empty()) policy.names = options_.matches;
    else if (policy.level == Level::verify) policy.names = {server.host};
    else policy.names = {nexthop, "." + nexthop};
    co_return policy;
}

}  // namespace postern::posttls_finger
