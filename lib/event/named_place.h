// Places as people write them on a command line: host:port, [2001:db8::1]:25, unix:path.
#pragma once

#include "lib/base/result.h"
#include "lib/event/socket.h"

#include <string_view>
#include <vector>

namespace postern::event {

/// What a place may mean.
struct PlaceRules {
    int family = AF_UNSPEC;                 ///< AF_INET or AF_INET6: only that protocol
    bool is_listening = false;              ///< an empty host is every address of the machine
    std::string_view default_port = {};     ///< "": the place must name its port
};

/// "unix:path", "inet:host:port", "host:port", "host" or ":port"; hosts and ports by number or
/// name, which the machine looks up, waiting: for programs that begin. Errors (permanent) quote
/// the place: no port, a host or port that nobody knows.
Result<std::vector<SocketAddress>> addresses_of_place(std::string_view place,
                                                      const PlaceRules& rules);

/// Listens on each of them. Errors, of which each names the place.
Result<std::vector<Fd>> listen_on_place(std::string_view place, const PlaceRules& rules,
                                        int backlog);

}  // namespace postern::event
