// What the DNS has for a mail domain: hosts that take its mail, name servers, addresses.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/event/loop.h"

#include <string>
#include <vector>

namespace postern::smtpd {

/// Whether mail can be sent to a domain (RFC 5321 section 5.1, RFC 7505).
enum class Reachability {
    yes,
    no_such_domain,  ///< neither MX nor address
    no_mail,         ///< a null MX
    malformed,       ///< MX records, none of which can be used
    unknown,         ///< the DNS could not tell: try again
};

/// Asks for a request of a client. One of them asks a hundred questions at most: who sends mail
/// may own the zone.
class DomainLookup {
public:
    DomainLookup(event::Loop& loop, dns::Resolver& resolver) : loop_(loop), resolver_(resolver) {}

    Task<Reachability> reachability(std::string domain);
    /// Whether the name has an A or AAAA record.
    Task<Reachability> has_address(std::string name);

    /// The hosts that take mail for the domain: of its MX records, or itself; none: a null MX.
    /// Error: no such domain, or the DNS could not tell.
    Task<Result<std::vector<std::string>>> mail_exchangers(std::string domain);
    /// The name servers of the domain, or of the nearest domain above it that has some.
    Task<Result<std::vector<std::string>>> name_servers(std::string domain);
    /// IPv4 and IPv6. Error: none, or the DNS could not tell.
    Task<Result<std::vector<event::SocketAddress>>> addresses(std::string name);

    Task<Result<dns::Response>> look_up(std::string name, dns::Type type);

private:
    event::Loop& loop_;
    dns::Resolver& resolver_;
    int questions_ = 0;
};

}  // namespace postern::smtpd
