// Policies; see the header.
#include "tools/posttls_finger/policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::posttls_finger {

using tls::Level;

bool Policies::is_usable(const dns::TlsAssociation& record) const {
    if ((record.usage != 2 && record.usage != 3) || record.selector > 1 || record.data.empty()) return false;
    if (record.matching_type == 0) return true;
    return std::ranges::any_of(digests_, [&](const tls::DaneDigest& digest) {
        return digest.matching_type == record.matching_type && digest.size == record.data.size();
    });
}

Task<std::vector<tls::TlsaRecord>> Policies::tlsa_records(Server server) const {
    std::vector<tls::TlsaRecord> usable;
    if (!server.path.empty() || !(server.is_authenticated || options_.asks_always)) co_return usable;
    const std::string name = fmt::format("_{}._tcp.{}", server.address.port(), server.host);
    auto answer = co_await resolver_.look_up(name, dns::Type::tlsa, Deadline::never());
    if (!answer) {
        log_.warning("{}: TLSA lookup error: {}", name, answer.error().text);
        co_return usable;
    }
    if (!answer->is_authenticated) co_return usable;
    for (const dns::Record& record : answer->records) {
        const auto& tlsa = std::get<dns::TlsAssociation>(record.data);
        if (is_usable(tlsa)) usable.push_back({tlsa.usage, tlsa.selector, tlsa.matching_type, tlsa.data});
        else log_.warning("{}: unusable TLSA RR: {} {} {}", name, tlsa.usage, tlsa.selector, tlsa.matching_type);
    }
    co_return usable;
}

Task<tls::ClientPolicy> Policies::of(Server server, std::string nexthop) const {
    tls::ClientPolicy policy;
    policy.level = options_.level.value_or(Level::dane);
    policy.protocols = options_.protocols;
    policy.ciphers = options_.grade;
    policy.server_name = options_.server_name;
    policy.trust_anchor_file = options_.trust_anchors;
    if (policy.level == Level::dane || policy.level == Level::dane_only) {
        policy.tlsa = co_await tlsa_records(server);
        policy.tlsa_names = {server.host, nexthop};
        // Without records of use there is nothing but the authorities.
        if (policy.tlsa.empty()) policy.level = Level::secure;
        else policy.server_name = server.host;
    }
    if (policy.level == Level::fingerprint) policy.fingerprints = options_.matches;
    else if (!options_.matches.empty()) policy.names = options_.matches;
    else if (policy.level == Level::verify) policy.names = {server.host};
    else policy.names = {nexthop, "." + nexthop};
    co_return policy;
}

}  // namespace postern::posttls_finger
