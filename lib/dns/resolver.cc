// What every resolver has; see the header.
#include "lib/dns/resolver.h"

#include <fmt/format.h>

#include <netinet/in.h>

namespace postern::dns {

std::string_view Response::reason() const noexcept {
    switch (outcome) {
    case found: return "Host found";
    case no_such_name: return "Host not found";
    case no_data: return "Host found but no data record of requested type";
    case malformed: break;
    }
    return "Malformed or unexpected name server reply";
}

std::string reversed_labels(const event::SocketAddress& address) {
    if (address.family() == AF_INET) {
        const auto& ip = *reinterpret_cast<const sockaddr_in*>(address.get());
        const auto* byte = reinterpret_cast<const unsigned char*>(&ip.sin_addr);
        return fmt::format("{}.{}.{}.{}", byte[3], byte[2], byte[1], byte[0]);
    }
    const auto& ip = *reinterpret_cast<const sockaddr_in6*>(address.get());
    std::string labels;
    for (int i = 15; i >= 0; --i) {
        const unsigned byte = ip.sin6_addr.s6_addr[i];
        labels += fmt::format("{}{:x}.{:x}", labels.empty() ? "" : ".", byte & 15, byte >> 4);
    }
    return labels;
}

std::string reverse_name(const event::SocketAddress& address) {
    return reversed_labels(address) +
           (address.family() == AF_INET ? ".in-addr.arpa" : ".ip6.arpa");
}

}  // namespace postern::dns
