// Where one server is, and how log lines and bounce messages name it.
#pragma once

#include "lib/event/socket.h"

#include <string>

namespace postern::nexthop {

struct Endpoint {
    std::string host;                ///< the name by which we came to it; $myhostname for a path
    event::SocketAddress address;    ///< with its port; or a Unix socket
    std::string path;                ///< of the Unix socket; "" for TCP
    bool is_authenticated = false;   ///< the DNS vouches for the address (RFC 4035)
    bool has_authenticated_name = false;   ///< and for the way from the destination to the name

    std::string where() const;           ///< "mx.example[192.0.2.1]"
    std::string where_and_port() const;  ///< "mx.example[192.0.2.1]:25"
};

}  // namespace postern::nexthop
