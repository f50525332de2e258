// Where a service listens: the addresses and paths that follow from its line in master.cf.
#pragma once

#include "lib/config/config.h"
#include "lib/config/master_cf.h"
#include "lib/event/socket.h"
#include "lib/service/identity.h"

#include <string>
#include <vector>

namespace postern::master {

struct Endpoint {
    enum class Kind { inet, unix_stream, unix_datagram, fifo };

    Kind kind = Kind::unix_stream;
    event::SocketAddress address;   ///< of inet
    std::string path;               ///< of the others, relative to the queue directory
    int window = 0;                 ///< of inet: tcp_windowsize
    std::string text;               ///< for messages: "127.0.0.1:25", "[::1]:25", "private/rewrite"

    /// The same place: a reload keeps the socket, and whoever waits there.
    bool is_same(const Endpoint& other) const {
        return kind == other.kind && text == other.text;
    }
};

/// inet: one for each address of inet_interfaces, or of the host in the first column, in the
/// protocols of inet_protocols that the machine has. Errors: permanent, naming file and line: an
/// unknown host or port, no address at all, a path too long for a socket.
Result<std::vector<Endpoint>> endpoints_of(const config::MasterEntry& entry,
                                           const config::Config& config);

/// Opens it: sockets of files are made with the rights of `owner` and open to all who reach their
/// folder; one that is there is replaced. Errors name the endpoint.
Result<Fd> open_endpoint(const Endpoint& endpoint, service::Identity owner);

}  // namespace postern::master
