// Finding servers; see the header.
#include "lib/nexthop/mail_exchangers.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"
#include "lib/dns/filtered_resolver.h"
#include "lib/dns/host.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace postern::nexthop {

namespace {

constexpr std::uint16_t smtp_port = 25;
/// Of more records than these nobody needs the rest; somebody may want to keep us busy.
constexpr std::size_t candidate_limit = 100;

NoServer name_service_error(std::string_view name, dns::Type type, std::string_view reason,
                            bool is_temporary) {
    const mail::StatusCode status = is_temporary ? mail::StatusCode{4, 4, 3}
                                                 : mail::StatusCode{5, 4, 4};
    return {status, fmt::format("Host or domain name not found. Name service error for name={} "
                                "type={}: {}", name, dns::type_name(type), reason), false};
}

NoServer error_looking_up(mail::StatusCode status, std::string_view name, dns::Type type, std::string_view why) {
    return {status, fmt::format("Error looking up name={} type={}: {}", name, dns::type_name(type), why), false};
}

/// Why nothing is known.
NoServer failed_lookup(std::string_view name, dns::Type type, const Error& error) {
    if (error.is_permanent()) return {{5, 4, 4}, error.text, false};   // a circle of aliases
    if (error.text == dns::invalid_filter) return error_looking_up({4, 4, 3}, name, type, error.text);
    return name_service_error(name, type, error.text, true);
}

/// smtp_dns_reply_filter has left nothing.
bool is_dropped(const dns::Response& answer) {
    return answer.outcome == dns::Response::found && answer.records.empty();
}

NoServer dropped(std::string_view name, dns::Type type) {
    return error_looking_up({4, 7, 0}, name, type, "DNS reply filter drops all results");
}

/// RFC 7505: one MX record, of the root.
bool is_null_mx(const dns::Response& answer) {
    if (answer.records.size() != 1) return false;
    const auto* mx = std::get_if<dns::MailExchanger>(&answer.records[0].data);
    return mx && mx->host.empty();
}

/// As the DNS has it; what is no domain name will not be found there either.
std::string for_dns(const std::string& name, const Settings& settings) {
    return config::domain_to_ascii(name, settings.has_idna2003).value_or(name);
}

event::SocketAddress with_port(const event::SocketAddress& address, std::uint16_t port) {
    return event::SocketAddress::numeric(address.host(), port).value_or(address);
}

}  // namespace

MailExchangers::MailExchangers(const Settings& settings, dns::Resolver& resolver,
                               event::Pool& names, std::set<std::string> own_addresses, Log log)
    : settings_(settings),
      resolver_(resolver),
      names_(names),
      own_addresses_(std::move(own_addresses)),
      log_(log) {}

Task<Result<std::uint16_t>> MailExchangers::port_of(const Destination& destination) {
    const std::string service =
        destination.service.empty() ? settings_.tcp_port : destination.service;
    const auto known = settings_.known_tcp_ports.find(service);
    if (known != settings_.known_tcp_ports.end()) co_return known->second;
    co_return co_await dns::port_of_service(names_, service);
}

std::string MailExchangers::service_of(const Destination& destination) const {
    if (!destination.service.empty()) return destination.service;
    return settings_.is_lmtp ? "lmtp" : "smtp";
}

Task<MailServers> MailExchangers::find(Destination destination) {
    const auto& srv = settings_.use_srv_lookup;
    const bool uses_srv = std::ranges::find(srv, service_of(destination)) != srv.end();
    if (uses_srv && !destination.is_bracketed) co_return co_await of_service(std::move(destination));
    co_return co_await without_service(std::move(destination));
}

Task<MailServers> MailExchangers::without_service(Destination destination) {
    auto port = co_await port_of(destination);
    if (!port) co_return NoServer{{4, 3, 5}, port.error().text, false};
    if (destination.is_literal || !settings_.uses_dns)
        co_return co_await of_host(destination.host, *port);
    co_return co_await of_domain(std::move(destination), *port);
}

Task<Result<dns::Response>> MailExchangers::look_up(std::string name, dns::Type type) {
    auto answer = co_await resolver_.look_up(std::move(name), type, Deadline::never());
    if (answer)
        for (const std::string& complaint : answer->complaints) log_.warning("{}", complaint);
    else if (answer.error().is_permanent())
        log_.warning("dns_lookup: {}", answer.error().text);
    co_return answer;
}

Task<MailServers> MailExchangers::of_domain(Destination destination, std::uint16_t port) {
    const std::string& domain = destination.host;
    auto answer = co_await look_up(for_dns(domain, settings_), dns::Type::mx);
    if (!answer) {
        // A circle of aliases will show once more, and bounce the mail, when the address is looked up.
        if (settings_.ignore_mx_lookup_error || answer.error().is_permanent()) co_return co_await of_host(domain, port);
        co_return failed_lookup(domain, dns::Type::mx, answer.error());
    }
    if (answer->outcome == dns::Response::malformed)
        co_return name_service_error(domain, dns::Type::mx, answer->reason(), false);
    if (answer->outcome != dns::Response::found) co_return co_await of_host(domain, port);
    if (is_dropped(*answer)) co_return dropped(domain, dns::Type::mx);
    if (is_null_mx(*answer))
        co_return NoServer{{5, 1, 0},
                           fmt::format("Domain {} does not accept mail (nullMX)", domain), false};
    std::vector<Candidate> candidates;
    for (dns::Record& record : answer->records) {
        auto& mx = std::get<dns::MailExchanger>(record.data);
        if (!mx.host.empty()) candidates.push_back({std::move(mx.host), mx.preference, port, answer->is_authenticated});
    }
    co_return co_await of_candidates(domain, std::move(candidates));
}

/// RFC 2782: by priority, at random by weight among equals; the drawn order makes the preference.
std::vector<MailExchangers::Candidate> MailExchangers::in_drawn_order(dns::Response answer) {
    std::vector<std::pair<double, dns::Service>> drawn;
    for (dns::Record& record : answer.records) {
        auto& srv = std::get<dns::Service>(record.data);
        const double weight = srv.weight + 0.001;
        drawn.emplace_back(std::exponential_distribution<double>(weight)(random_), std::move(srv));
    }
    std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.priority, a.first) < std::pair(b.second.priority, b.first);
    });
    std::vector<Candidate> candidates;
    for (auto& [rank, srv] : drawn)
        if (!srv.host.empty())
            candidates.push_back({std::move(srv.host), static_cast<unsigned>(candidates.size()), srv.port,
                                  answer.is_authenticated});
    return candidates;
}

Task<MailServers> MailExchangers::of_service(Destination destination) {
    const std::string name = fmt::format("_{}._tcp.{}", service_of(destination), for_dns(destination.host, settings_));
    auto answer = co_await look_up(name, dns::Type::srv);
    if (!answer) {
        if (settings_.ignore_srv_lookup_error || settings_.allow_srv_lookup_fallback)
            co_return co_await without_service(std::move(destination));
        co_return failed_lookup(name, dns::Type::srv, answer.error());
    }
    if (answer->outcome != dns::Response::found) {
        if (settings_.allow_srv_lookup_fallback) co_return co_await without_service(std::move(destination));
        co_return name_service_error(name, dns::Type::srv, answer->reason(), false);
    }
    if (is_dropped(*answer)) co_return dropped(name, dns::Type::srv);
    auto candidates = in_drawn_order(std::move(*answer));
    if (candidates.empty())
        co_return NoServer{{5, 1, 0}, fmt::format("Service {} is not offered", name), false};
    co_return co_await of_candidates(destination.host, std::move(candidates));
}

Task<MailServers> MailExchangers::of_host(std::string host, std::uint16_t port) {
    std::vector<Candidate> one{{host, 0, port}};
    co_return co_await of_candidates(host, std::move(one));
}

Task<MailServers> MailExchangers::of_candidates(std::string domain,
                                                std::vector<Candidate> candidates) {
    std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.preference < b.preference;
    });
    if (candidates.size() > candidate_limit) candidates.resize(candidate_limit);
    std::vector<MailServer> servers;
    std::optional<NoServer> why_none;
    for (const Candidate& candidate : candidates) {
        auto addresses = co_await addresses_of(candidate.host);
        const bool is_renamed = !addresses.canonical_name.empty() &&
                                (addresses.is_authenticated || settings_.cname_overrides_servername);
        const std::string& host = is_renamed ? addresses.canonical_name : candidate.host;
        for (const auto& address : addresses.found)
            servers.push_back({{host, with_port(address, candidate.port), "",
                                addresses.is_authenticated, candidate.is_authenticated},
                               candidate.preference, 0});
        // One that could not tell outweighs all that do not exist.
        if (addresses.why_none && !(why_none && why_none->status.is_temporary()))
            why_none = std::move(addresses.why_none);
    }
    if (servers.empty()) {
        const bool has_mx = candidates.size() > 1 || candidates[0].host != domain;
        if (has_mx) log_.warning("no MX host for {} has a valid address record", domain);
        if (has_mx && settings_.defer_if_no_mx_address_found)
            why_none->status = why_none->status.as(4);
        co_return std::move(*why_none);
    }
    co_return without_ourselves(domain, std::move(servers));
}

Task<MailExchangers::Addresses> MailExchangers::addresses_of(std::string host) {
    const auto numeric = event::SocketAddress::numeric(host, 0);
    if (numeric) {
        if (settings_.families.has(numeric->family())) co_return Addresses{{*numeric}, {}};
        co_return Addresses{{}, NoServer{{5, 4, 4},
                                         fmt::format("Network protocol of address {} is disabled",
                                                     host), false}};
    }
    if (!settings_.uses_dns) co_return co_await addresses_by_system(std::move(host));
    if (!settings_.uses_native) co_return co_await addresses_by_dns(std::move(host));
    auto first = settings_.native_first ? co_await addresses_by_system(host)
                                        : co_await addresses_by_dns(host);
    if (!first.found.empty() || first.why_none->status.is_temporary()) co_return first;
    if (settings_.native_first) co_return co_await addresses_by_dns(std::move(host));
    co_return co_await addresses_by_system(std::move(host));
}

Task<MailExchangers::Addresses> MailExchangers::addresses_by_dns(std::string host) {
    Addresses addresses;
    bool all_authenticated = true;
    const std::string name = for_dns(host, settings_);
    for (const dns::Type type : {dns::Type::a, dns::Type::aaaa}) {
        if (!settings_.families.has(type == dns::Type::a ? AF_INET : AF_INET6)) continue;
        auto answer = co_await look_up(name, type);
        if (!answer) {
            addresses.why_none = failed_lookup(host, type, answer.error());
            continue;
        }
        for (const dns::Record& record : answer->records)
            addresses.found.push_back(std::get<dns::HostAddress>(record.data).address);
        if (answer->outcome == dns::Response::found) {
            if (!answer->canonical_name.empty() && !same(answer->canonical_name, name))
                addresses.canonical_name = answer->canonical_name;
            all_authenticated = all_authenticated && answer->is_authenticated;
            addresses.is_authenticated = all_authenticated;
        }
        if (is_dropped(*answer)) addresses.why_none = dropped(host, type);
        const bool is_uncertain =
            addresses.why_none && addresses.why_none->status.is_temporary();
        if (answer->outcome != dns::Response::found && !is_uncertain)
            addresses.why_none = name_service_error(host, type, answer->reason(), false);
    }
    co_return addresses;
}

Task<MailExchangers::Addresses> MailExchangers::addresses_by_system(std::string host) {
    auto found = co_await dns::addresses_of_host(names_, host, settings_.families);
    if (found && !found->empty()) co_return Addresses{std::move(*found), {}};
    const std::string reason = found ? "Name or service not known" : found.error().text;
    co_return Addresses{
        {}, NoServer{found ? mail::StatusCode{5, 4, 4} : mail::StatusCode{4, 4, 3},
                     fmt::format("unable to look up host {}: {}", host, reason), false}};
}

bool MailExchangers::is_ourselves(const MailServer& server) const {
    return !settings_.is_lmtp && server.endpoint.address.port() == smtp_port &&
           own_addresses_.contains(server.endpoint.address.host());
}

/// RFC 5321 section 5.1: what is not better than this host is not tried by it.
MailServers MailExchangers::without_ourselves(std::string_view domain,
                                              std::vector<MailServer> servers) {
    unsigned own = std::numeric_limits<unsigned>::max();
    for (const MailServer& server : servers)
        if (is_ourselves(server)) own = std::min(own, server.preference);
    std::erase_if(servers, [own](const MailServer& server) { return server.preference >= own; });
    if (servers.empty())
        return NoServer{{5, 4, 6}, fmt::format("mail for {} loops back to myself", domain), true};
    put_in_order(servers);
    return servers;
}

void MailExchangers::put_in_order(std::vector<MailServer>& servers) {
    if (settings_.randomize_addresses) std::shuffle(servers.begin(), servers.end(), random_);
    const int wanted = settings_.address_preference == "ipv4"   ? AF_INET
                       : settings_.address_preference == "ipv6" ? AF_INET6
                                                                : AF_UNSPEC;
    for (std::size_t i = 0; i < servers.size(); ++i) servers[i].rank = i;
    const auto place = [wanted](const MailServer& server) {
        const bool is_wanted = server.endpoint.address.family() == wanted;
        return std::tuple(server.preference, wanted != AF_UNSPEC && !is_wanted, server.rank);
    };
    std::sort(servers.begin(), servers.end(),
              [&](const auto& a, const auto& b) { return place(a) < place(b); });
    const std::size_t limit = settings_.mx_address_limit;
    if (limit == 0 || servers.size() <= limit) return;
    // The last place within the limit goes to the family that would have none.
    const auto family = servers[0].endpoint.address.family();
    const auto other = std::find_if(servers.begin(), servers.end(), [family](const auto& server) {
        return server.endpoint.address.family() != family;
    });
    if (settings_.balance_inet_protocols && limit > 1 && other != servers.end() &&
        other >= servers.begin() + static_cast<std::ptrdiff_t>(limit))
        std::iter_swap(servers.begin() + static_cast<std::ptrdiff_t>(limit) - 1, other);
    servers.resize(limit);
}

}  // namespace postern::nexthop
