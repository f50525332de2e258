// Which servers take mail for a destination, and in what order they are tried (RFC 5321 section 5).
#pragma once

#include "lib/base/log.h"
#include "lib/dns/resolver.h"
#include "lib/event/pool.h"
#include "lib/mail/status_code.h"
#include "lib/nexthop/destination.h"
#include "lib/nexthop/endpoint.h"
#include "lib/nexthop/settings.h"

#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace postern::nexthop {

/// One address of a server.
struct MailServer {
    Endpoint endpoint;
    unsigned preference = 0;   ///< lower ones first
    std::size_t rank = 0;      ///< among equals
};

/// Why there is none.
struct NoServer {
    mail::StatusCode status;    ///< kind 5: and there will be none
    std::string text;
    bool is_ourselves = false;  ///< the best server is this one: best_mx_transport
};

using MailServers = std::variant<std::vector<MailServer>, NoServer>;

class MailExchangers {
public:
    /// References outlive it. `own_addresses`: of inet_interfaces and proxy_interfaces, numeric.
    MailExchangers(const Settings& settings, dns::Resolver& resolver, event::Pool& names,
                   std::set<std::string> own_addresses, Log log);

    /// By preference, at random among equals, at most smtp_mx_address_limit.
    Task<MailServers> find(Destination destination);

private:
    /// A host to be looked up, where an MX or SRV record named it.
    struct Candidate {
        std::string host;
        unsigned preference;
        std::uint16_t port;
        bool is_authenticated = true;   ///< the record that named it
    };
    struct Addresses {
        std::vector<event::SocketAddress> found;
        std::optional<NoServer> why_none;
        bool is_authenticated = false;   ///< the DNS vouches for all of them
        std::string canonical_name = {}; ///< where CNAME records led; "" nowhere else
    };

    Task<Result<std::uint16_t>> port_of(const Destination& destination);
    Task<MailServers> of_domain(Destination destination, std::uint16_t port);
    Task<MailServers> of_service(Destination destination);
    Task<MailServers> without_service(Destination destination);
    std::vector<Candidate> in_drawn_order(dns::Response answer);
    std::string service_of(const Destination& destination) const;
    Task<MailServers> of_host(std::string host, std::uint16_t port);
    Task<MailServers> of_candidates(std::string domain, std::vector<Candidate> candidates);
    Task<Addresses> addresses_of(std::string host);
    Task<Addresses> addresses_by_dns(std::string host);
    Task<Addresses> addresses_by_system(std::string host);
    Task<Result<dns::Response>> look_up(std::string name, dns::Type type);

    MailServers without_ourselves(std::string_view domain, std::vector<MailServer> servers);
    void put_in_order(std::vector<MailServer>& servers);
    bool is_ourselves(const MailServer& server) const;

    const Settings& settings_;
    dns::Resolver& resolver_;
    event::Pool& names_;
    const std::set<std::string> own_addresses_;
    const Log log_;
    std::mt19937 random_{std::random_device{}()};
};

}  // namespace postern::nexthop
