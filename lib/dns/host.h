// Hosts as the system knows them: getaddrinfo(3) and getnameinfo(3), with /etc/hosts and whatever
// nsswitch.conf(5) names. They block, so they run in a pool of threads.
#pragma once

#include "lib/base/result.h"
#include "lib/event/pool.h"
#include "lib/event/socket.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::dns {

/// inet_protocols: which addresses are of use.
struct Families {
    bool ipv4 = true;
    bool ipv6 = true;

    /// "all", "ipv4", "ipv6" or a list of them. Error: permanent, quoting what it does not know.
    static Result<Families> parse(std::string_view inet_protocols);
    bool has(int family) const noexcept {
        return (family == AF_INET && ipv4) || (family == AF_INET6 && ipv6);
    }
};

/// The addresses of a host, port 0, in the system's order (smtp_host_lookup = native). None: no
/// such host, or none of these families. Error: temporary, in the system's words.
Task<Result<std::vector<event::SocketAddress>>> addresses_of_host(event::Pool& names,
                                                                  std::string host,
                                                                  Families families);

/// What could be found out about a client's name.
enum class NameStatus {
    ok,          ///< there is one, and it leads back to the address
    forged,      ///< there is one, that leads to other addresses
    temporary,   ///< could not tell: try again
    permanent,   ///< there is none
};

/// The names of a client. The reverse name is what its address leads to; the name is the reverse
/// name when that leads back to the address, else "unknown". Neither is trusted more than that.
struct ClientName {
    std::string name = "unknown";
    NameStatus name_status = NameStatus::permanent;
    std::string reverse_name = "unknown";
    NameStatus reverse_name_status = NameStatus::permanent;   ///< never forged
    std::string warning;   ///< "hostname x does not resolve to address y": to be logged; "" is none
};

/// The code by which filters and logs know it: 2 ok, 4 temporary, 5 permanent, 6 forged.
int code_of(NameStatus status) noexcept;

/// Address to name, and back for a check.
Task<ClientName> name_of_client(event::Pool& names, event::SocketAddress client);

/// The port of a service by its number, or by its name in services(5). Error: permanent, quoting.
Task<Result<std::uint16_t>> port_of_service(event::Pool& names, std::string service);

}  // namespace postern::dns
