// TLSA records; see the header.
#include "lib/nexthop/dane.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::nexthop {

using tls::Level;

namespace {

constexpr std::string_view insecure = "non DNSSEC destination", no_records = "no TLSA records found",
                           unusable = "TLSA records unusable", lookup_error = "TLSA lookup error for ";

}  // namespace

std::optional<Dane::Problem> Dane::problem_of(const Error& error) noexcept {
    if (error.text == insecure) return Problem::insecure;
    if (error.text == no_records) return Problem::no_records;
    if (error.text == unusable) return Problem::unusable;
    if (error.text.starts_with(lookup_error)) return Problem::lookup;
    return std::nullopt;
}

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

Task<Result<Dane::Demand>> Dane::find(Level level, Endpoint endpoint) const {
    const bool is_optional = level == Level::dane;
    const auto without = [&](std::string_view why) -> Result<Demand> {
        if (!is_optional) return temporary(std::string(why));
        return Demand{Level::may};
    };
    if (!is_optional && !endpoint.has_authenticated_name) co_return temporary(std::string(insecure));
    if (!endpoint.is_authenticated && !asks_always_) co_return without(no_records);
    if (is_optional && !endpoint.has_authenticated_name && insecure_mx_ == Level::may)
        co_return Demand{Level::may};
    const std::string name = fmt::format("_{}._tcp.{}", endpoint.address.port(), endpoint.host);
    auto answer = co_await resolver_.look_up(name, dns::Type::tlsa, Deadline::never());
    // Who can suppress the answer could else suppress the protection (RFC 7672 section 2.1).
    if (!answer || answer->outcome == dns::Response::malformed)
        co_return temporary(fmt::format("{}{}:{}", lookup_error, endpoint.host, endpoint.address.port()));
    if (answer->outcome != dns::Response::found || !answer->is_authenticated)
        co_return without(no_records);
    Demand demand = sorted(level, *answer);
    const bool may_authenticate = endpoint.has_authenticated_name || insecure_mx_ != Level::encrypt;
    if (demand.records.empty() && !is_optional) co_return temporary(std::string(unusable));
    if (!demand.records.empty() && may_authenticate) co_return demand;
    demand.level = Level::encrypt;
    demand.records.clear();
    co_return demand;
}

}  // namespace postern::nexthop
