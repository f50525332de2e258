// Networks of the host's addresses.
#include "lib/config/networks.h"

#include "lib/base/strings.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace postern::config {

namespace {

/// The bytes of an address, in network order.
struct Bytes {
    int family = AF_INET;
    std::array<unsigned char, 16> bytes{};

    int bits() const { return family == AF_INET ? 32 : 128; }
};

std::optional<Bytes> parse_address(const std::string& text) {
    Bytes address;
    address.family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (inet_pton(address.family, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
    return address;
}

std::string text_of(const Bytes& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(address.family, address.bytes.data(), text.data(), text.size());
    return text.data();
}

Bytes masked(Bytes address, int prefix_length) {
    for (int bit = prefix_length; bit < address.bits(); ++bit)
        address.bytes[bit / 8] &= static_cast<unsigned char>(~(0x80u >> (bit % 8)));
    return address;
}

Bytes bytes_of(const sockaddr& address) {
    Bytes result;
    result.family = address.sa_family;
    if (address.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        std::copy_n(reinterpret_cast<const unsigned char*>(&v4.sin_addr), 4, result.bytes.data());
    } else {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        std::copy_n(v6.sin6_addr.s6_addr, 16, result.bytes.data());
    }
    return result;
}

int prefix_length(const sockaddr& mask) {
    const auto bytes = bytes_of(mask).bytes;
    int bits = 0;
    for (const auto byte : bytes)
        bits += __builtin_popcount(byte);
    return bits;
}

/// RFC 791: the class says how much of an address is the network.
int class_prefix(const Bytes& address, int otherwise) {
    if (address.family != AF_INET) return otherwise;
    const auto first = address.bytes[0];
    if (first < 128) return 8;
    if (first < 192) return 16;
    if (first < 224) return 24;
    return 32;
}

int prefix_of(const InterfaceAddress& own, const Bytes& address, std::string_view style) {
    if (same(style, "subnet")) return own.prefix_length;
    if (same(style, "class")) return class_prefix(address, own.prefix_length);
    return address.bits();
}

/// The addresses of a host name; none when it has none.
std::vector<std::string> resolve(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &raw) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(raw, &freeaddrinfo);
    std::vector<std::string> addresses;
    for (const auto* at = raw; at; at = at->ai_next)
        if (at->ai_family == AF_INET || at->ai_family == AF_INET6)
            addresses.push_back(text_of(bytes_of(*at->ai_addr)));
    return addresses;
}

InterfaceAddress with_network(const std::vector<InterfaceAddress>& all,
                              const std::string& address) {
    const auto wanted = parse_address(address);
    for (const auto& own : all) {
        if (own.address == address) return own;
        const auto mine = parse_address(own.address);
        if (mine && wanted && mine->family == wanted->family &&
            masked(*mine, own.prefix_length).bytes == masked(*wanted, own.prefix_length).bytes)
            return {address, own.prefix_length};
    }
    return {address, wanted ? wanted->bits() : 0};
}

std::vector<InterfaceAddress> named_addresses(const std::vector<InterfaceAddress>& all,
                                              const std::string& item) {
    std::string bare = item;
    if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']')
        bare = bare.substr(1, bare.size() - 2);
    if (parse_address(bare)) return {with_network(all, bare)};
    std::vector<InterfaceAddress> found;
    for (const auto& address : resolve(bare))
        found.push_back(with_network(all, address));
    return found;
}

std::vector<InterfaceAddress> wanted_by_name(const std::vector<InterfaceAddress>& all,
                                             const std::string& item) {
    if (same(item, "all")) return all;
    if (!same(item, "loopback-only")) return named_addresses(all, item);
    std::vector<InterfaceAddress> loopback;
    std::copy_if(all.begin(), all.end(), std::back_inserter(loopback),
                 [](const InterfaceAddress& a) { return a.is_loopback(); });
    return loopback;
}

bool is_wanted(const InterfaceAddress& address, const std::vector<std::string>& protocols) {
    return std::any_of(protocols.begin(), protocols.end(), [&](const std::string& protocol) {
        return same(protocol, "all") || same(protocol, address.is_ipv6() ? "ipv6" : "ipv4");
    });
}

}  // namespace

bool InterfaceAddress::is_loopback() const {
    return address == "::1" || address.starts_with("127.");
}

std::vector<InterfaceAddress> interface_addresses() {
    ifaddrs* raw = nullptr;
    if (getifaddrs(&raw) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, &freeifaddrs);
    std::vector<InterfaceAddress> found;
    for (const int family : {AF_INET, AF_INET6}) {
        for (const auto* at = raw; at; at = at->ifa_next) {
            if (!at->ifa_addr || !at->ifa_netmask || at->ifa_addr->sa_family != family) continue;
            if (at->ifa_flags & IFF_UP)
                found.push_back({text_of(bytes_of(*at->ifa_addr)), prefix_length(*at->ifa_netmask)});
        }
    }
    return found;
}

std::vector<InterfaceAddress> choose_addresses(const std::vector<InterfaceAddress>& all,
                                               const std::vector<std::string>& inet_interfaces,
                                               const std::vector<std::string>& inet_protocols) {
    std::vector<InterfaceAddress> chosen;
    for (const auto& item : inet_interfaces)
        for (const auto& address : wanted_by_name(all, item))
            if (is_wanted(address, inet_protocols)) chosen.push_back(address);
    return chosen;
}

std::string own_networks(const std::vector<InterfaceAddress>& addresses, std::string_view style) {
    std::vector<std::string> networks;
    for (const auto& own : addresses) {
        const auto address = parse_address(own.address);
        if (!address) continue;
        const auto prefix = prefix_of(own, *address, style);
        const auto network = text_of(masked(*address, prefix));
        auto text = own.is_ipv6() ? fmt::format("[{}]/{}", network, prefix)
                                  : fmt::format("{}/{}", network, prefix);
        if (std::find(networks.begin(), networks.end(), text) == networks.end())
            networks.push_back(std::move(text));
    }
    return join(networks, " ");
}

}  // namespace postern::config
