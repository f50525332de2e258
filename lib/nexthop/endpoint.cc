// Naming servers; see the header.
#include "lib/nexthop/endpoint.h"

#include <fmt/format.h>

namespace postern::nexthop {

std::string Endpoint::where() const {
    return fmt::format("{}[{}]", host, path.empty() ? address.host() : path);
}

std::string Endpoint::where_and_port() const {
    return path.empty() ? fmt::format("{}:{}", where(), address.port()) : where();
}

}  // namespace postern::nexthop
