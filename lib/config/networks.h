// The default of mynetworks: the networks of this host, as mynetworks_style says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

/// An address of this host with the length of its network's prefix.
struct InterfaceAddress {
    std::string address;    ///< as inet_ntop(3) writes it
    int prefix_length = 0;
    bool is_ipv6() const { return address.find(':') != std::string::npos; }
    bool is_loopback() const;
};

/// All addresses of interfaces that are up; IPv4 first.
std::vector<InterfaceAddress> interface_addresses();

/// Those of `all` that inet_interfaces ("all", "loopback-only", or a list of addresses and host
/// names) and inet_protocols leave. An address of the list that no interface has counts with the
/// interface whose network it is in, else alone.
std::vector<InterfaceAddress> choose_addresses(const std::vector<InterfaceAddress>& all,
                                               const std::vector<std::string>& inet_interfaces,
                                               const std::vector<std::string>& inet_protocols);

/// "127.0.0.0/8 192.0.2.0/24 [::1]/128"; `style` is host, subnet or class (another: host).
std::string own_networks(const std::vector<InterfaceAddress>& addresses, std::string_view style);

}  // namespace postern::config
