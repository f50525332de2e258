// Where posttls-finger connects to: the destination's servers, in the order in which they are tried.
#pragma once

#include "lib/dns/resolver.h"
#include "lib/event/pool.h"
#include "lib/event/socket.h"
#include "tools/posttls_finger/options.h"

#include <string>
#include <vector>

namespace postern::posttls_finger {

struct Server {
    std::string host;
    event::SocketAddress address;
    std::string path;                      ///< of a Unix socket; "" for TCP
    bool is_authenticated = false;         ///< the DNS vouches for the address
    bool has_authenticated_name = false;   ///< and for the way from the destination to the name

    /// "mx.example[192.0.2.1]:25"
    std::string where() const;
};

struct Destination {
    std::string host, service, path;
    bool is_literal = false;   ///< in brackets: neither MX nor SRV records
    std::string text;

    static Result<Destination> parse(std::string_view text, bool is_lmtp);
};

class Servers {
public:
    Servers(const Options& options, dns::Resolver& resolver, event::Pool& names)
        : options_(options), resolver_(resolver), names_(names) {}

    /// Errors: what the DNS, or the system, says.
    Task<Result<std::vector<Server>>> find(Destination destination);

private:
    struct Candidate {
        std::string host;
        unsigned preference;
        std::uint16_t port;
        bool is_authenticated;
    };
    Task<Result<std::vector<Candidate>>> candidates(Destination destination, std::uint16_t port);
    Task<Result<void>> add_addresses(std::vector<Server>& servers, Candidate candidate);
    bool is_wanted(int family) const;

    const Options& options_;
    dns::Resolver& resolver_;
    event::Pool& names_;
};

}  // namespace postern::posttls_finger
