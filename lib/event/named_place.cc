// Looking up the names in a place.
#include "lib/event/named_place.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <netdb.h>

#include <memory>
#include <string>

namespace postern::event {

namespace {

struct HostAndPort {
    std::string host, port;
};

/// "[host]:port", "host:port", "host"; an IPv6 address with a port needs its brackets.
HostAndPort parts_of(std::string_view text, std::string_view default_port) {
    const auto close = text.starts_with('[') ? text.find(']') : text.npos;
    const auto colon = text.rfind(':');
    HostAndPort parts{std::string(text), std::string(default_port)};
    const bool has_port = close != text.npos ? colon == close + 1 : colon != text.npos;
    if (has_port) {
        parts.host = text.substr(0, colon);
        parts.port = text.substr(colon + 1);
    }
    if (parts.host.starts_with('[') && parts.host.ends_with(']'))
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    return parts;
}

struct AddressListDeleter {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Result<std::vector<SocketAddress>> look_up(std::string_view place, const HostAndPort& parts,
                                           const PlaceRules& rules) {
    addrinfo hints{}, *list = nullptr;
    hints.ai_family = rules.family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = rules.is_listening ? AI_PASSIVE : 0;
    const char* host = parts.host.empty() ? nullptr : parts.host.c_str();
    if (const int failure = ::getaddrinfo(host, parts.port.c_str(), &hints, &list); failure != 0)
        return permanent(fmt::format("{}: {}", place, ::gai_strerror(failure)));
    const std::unique_ptr<addrinfo, AddressListDeleter> owned(list);
    std::vector<SocketAddress> addresses;
    for (const addrinfo* item = list; item; item = item->ai_next)
        addresses.emplace_back(item->ai_addr, item->ai_addrlen);
    return addresses;
}

}  // namespace

Result<std::vector<SocketAddress>> addresses_of_place(std::string_view place,
                                                      const PlaceRules& rules) {
    if (place.starts_with("unix:")) {
        auto path = SocketAddress::unix_path(place.substr(5));
        if (!path) return path.error();
        return std::vector{*path};
    }
    const auto text = place.starts_with("inet:") ? place.substr(5) : place;
    const HostAndPort parts = parts_of(text, rules.default_port);
    if (parts.port.empty()) return permanent(fmt::format("{}: no port is named", place));
    return look_up(place, parts, rules);
}

Result<std::vector<Fd>> listen_on_place(std::string_view place, const PlaceRules& rules,
                                        int backlog) {
    const auto addresses = addresses_of_place(place, rules);
    if (!addresses) return addresses.error();
    std::vector<Fd> sockets;
    for (const SocketAddress& address : *addresses) {
        auto socket = listen_on(address, backlog);
        if (!socket) return socket.error().in(place);
        sockets.push_back(std::move(*socket));
    }
    return sockets;
}

}  // namespace postern::event
