// TLSA records; see the header.
#include "lib/nexthop/dane.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::nexthop {

using tls::Level;

namespace {

const Dane::Obstacle no_records{Dane::Problem::no_records, "no TLSA records found"};
const Dane::Obstacle unusable{Dane::Problem::unusable, "TLSA records unusable"};

Dane::Obstacle lookup_error(const Endpoint& endpoint) {
    return {Dane::Problem::lookup,
            fmt::format("TLSA lookup error for {}:{}", endpoint.host, endpoint.address.port())};
}

}  // namespace

Dane::Obstacle Dane::insecure() { return {Problem::insecure, "non DNSSEC destination"}; }

/// RFC 7672 section 3.1: DANE-TA(2) and DANE-EE(3) only; whole certificates and keys, or digests
/// that we know.
bool Dane::is_usable(const dns::TlsAssociation& record) const {
    if (record.usage != 2 && record.usage != 3) return false;
    if (record.selector > 1 || record.data.empty()) return false;
    if (record.matching_type == 0) return true;
    return std::ranges::any_of(digests_, [&](const tls::DaneDigest& digest) {
        return digest.matching_type == record.matching_type && digest.size == record.data.size();
    });
}

Dane::Demand Dane::sorted(Level level, const dns::Response& answer) const {
    Demand demand{level};
    for (const dns::Record& record : answer.records) {
        const auto& tlsa = std::get<dns::TlsAssociation>(record.data);
        if (is_usable(tlsa))
            demand.records.push_back({tlsa.usage, tlsa.selector, tlsa.matching_type, tlsa.data});
        else
            demand.useless.push_back(tlsa);
    }
    return demand;
}

Task<std::variant<Dane::Demand, Dane::Obstacle>> Dane::find(Level level, Endpoint endpoint) const {
    using Answer = std::variant<Demand, Obstacle>;
    const bool is_optional = level == Level::dane;
    const Answer without = is_optional ? Answer(Demand{Level::may}) : Answer(no_records);
    if (!is_optional && !endpoint.has_authenticated_name) co_return insecure();
    if (!endpoint.is_authenticated && !asks_always_) co_return without;
    if (is_optional && !endpoint.has_authenticated_name && insecure_mx_ == Level::may)
        co_return Demand{Level::may};
    const std::string name = fmt::format("_{}._tcp.{}", endpoint.address.port(), endpoint.host);
    auto answer = co_await resolver_.look_up(name, dns::Type::tlsa, Deadline::never());
    // Who can suppress the answer could else suppress the protection (RFC 7672 section 2.1).
    if (!answer || answer->outcome == dns::Response::malformed)
        co_return lookup_error(endpoint);
    if (answer->outcome != dns::Response::found || !answer->is_authenticated)
        co_return without;
    Demand demand = sorted(level, *answer);
    const bool may_authenticate = endpoint.has_authenticated_name || insecure_mx_ != Level::encrypt;
    if (demand.records.empty() && !is_optional) co_return unusable;
    if (!demand.records.empty() && may_authenticate) co_return demand;
    demand.level = Level::encrypt;
    demand.records.clear();
    co_return demand;
}

}  // namespace postern::nexthop
