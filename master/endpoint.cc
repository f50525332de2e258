// From a line of master.cf to sockets; see the header.
#include "master/endpoint.h"

#include "lib/base/strings.h"
#include "lib/config/networks.h"
#include "lib/event/tcp_window.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace postern::master {

namespace {

using config::Config;
using config::MasterEntry;
using config::ServiceType;
using event::SocketAddress;

Error error_at(const MasterEntry& entry, std::string_view problem) {
    return permanent(fmt::format("{}: service {}: {}", entry.where.text(), entry.name, problem));
}

/// known_tcp_ports ("smtps=submissions=465") before services(5).
Result<int> find_port(const std::string& port, const Config& config) {
    for (const std::string& item : config.list("known_tcp_ports")) {
        const auto names = split(item, "=");
        if (names.size() < 2 || std::find(names.begin(), names.end() - 1, port) == names.end() - 1)
            continue;
        return config::port_number(std::string(names.back()));
    }
    return config::port_number(port);
}

bool has_family(int family) {
    return static_cast<bool>(Fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)));
}

/// The address families of inet_protocols that this machine has.
std::vector<int> families(const Config& config) {
    std::vector<int> found;
    for (const std::string& protocol : config.list("inet_protocols")) {
        if (protocol == "all" || protocol == "ipv4") found.push_back(AF_INET);
        if (protocol == "all" || protocol == "ipv6") found.push_back(AF_INET6);
    }
    std::erase_if(found, [](int family) { return !has_family(family); });
    return found;
}

std::string without_brackets(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    return std::string(host);
}

/// The addresses of a host, or its own if it is one; the wildcards where `host` is empty.
Result<std::vector<SocketAddress>> resolve(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int failure = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                      std::to_string(port).c_str(), &hints, &list);
    if (failure != 0) return permanent(fmt::format("host {}: {}", host, ::gai_strerror(failure)));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
    std::vector<SocketAddress> found;
    for (const addrinfo* item = list; item; item = item->ai_next)
        found.emplace_back(item->ai_addr, item->ai_addrlen);
    return found;
}

/// The hosts that inet_interfaces names; "" is all interfaces.
std::vector<std::string> interface_hosts(const Config& config) {
    std::vector<std::string> hosts;
    for (const std::string& word : config.list("inet_interfaces")) {
        if (word == "all") return {""};
        if (word != "loopback-only") {
            hosts.push_back(word);
            continue;
        }
        for (const auto& own : config::interface_addresses())
            if (own.is_loopback()) hosts.push_back(own.address);
    }
    return hosts;
}

Endpoint inet_endpoint(const SocketAddress& address, const Config& config) {
    Endpoint endpoint;
    endpoint.kind = Endpoint::Kind::inet;
    endpoint.address = address;
    endpoint.window = static_cast<int>(config.number("tcp_windowsize"));
    const std::string host = address.host();
    endpoint.text = fmt::format("{}:{}", address.family() == AF_INET6 ? "[" + host + "]" : host,
                                address.port());
    return endpoint;
}

void add_new(std::vector<Endpoint>& endpoints, Endpoint endpoint) {
    const auto is_same = [&](const Endpoint& other) { return other.is_same(endpoint); };
    if (std::ranges::none_of(endpoints, is_same)) endpoints.push_back(std::move(endpoint));
}

Result<std::vector<Endpoint>> inet_endpoints(const MasterEntry& entry, const Config& config) {
    const auto place = config::parse_inet_endpoint(entry.name);
    if (!place) return error_at(entry, place.error().text);
    const auto port = find_port(place->port, config);
    if (!port) return error_at(entry, port.error().text);
    const auto usable = families(config);
    std::vector<Endpoint> endpoints;
    const auto hosts = place->host.empty() ? interface_hosts(config) : std::vector{place->host};
    for (const std::string& host : hosts) {
        const auto addresses = resolve(without_brackets(host), *port);
        if (!addresses) return error_at(entry, addresses.error().text);
        for (const SocketAddress& address : *addresses)
            if (std::ranges::find(usable, address.family()) != usable.end())
                add_new(endpoints, inet_endpoint(address, config));
    }
    if (endpoints.empty())
        return error_at(entry, "no address to listen on: see inet_interfaces and inet_protocols");
    return endpoints;
}

Endpoint::Kind local_kind(ServiceType type) {
    if (type == ServiceType::fifo) return Endpoint::Kind::fifo;
    return type == ServiceType::unix_datagram ? Endpoint::Kind::unix_datagram
                                              : Endpoint::Kind::unix_stream;
}

Result<Fd> open_datagram(const Endpoint& endpoint) {
    auto address = SocketAddress::unix_path(endpoint.path);
    if (!address) return address.error();
    Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return system_error("socket");
    ::unlink(endpoint.path.c_str());
    if (::bind(socket.get(), address->get(), address->size()) != 0) return system_error("bind");
    return socket;
}

Result<Fd> open_stream(const Endpoint& endpoint) {
    auto address = SocketAddress::unix_path(endpoint.path);
    if (!address) return address.error();
    return event::listen_on(*address, SOMAXCONN);
}

Result<Fd> open_fifo(const Endpoint& endpoint) {
    ::unlink(endpoint.path.c_str());
    if (::mkfifo(endpoint.path.c_str(), 0600) != 0) return system_error("mkfifo");
    // For writing too, so that there is never an end of input between two writers.
    return open_file(endpoint.path, O_RDWR | O_NONBLOCK);
}

Result<Fd> open_as_owner(const Endpoint& endpoint) {
    const bool is_fifo = endpoint.kind == Endpoint::Kind::fifo;
    const bool is_datagram = endpoint.kind == Endpoint::Kind::unix_datagram;
    auto opened = is_fifo       ? open_fifo(endpoint)
                  : is_datagram ? open_datagram(endpoint)
                                : open_stream(endpoint);
    // Who may connect is a matter of the folder's mode.
    if (opened && ::chmod(endpoint.path.c_str(), is_fifo ? 0622 : 0666) != 0)
        return system_error("chmod");
    return opened;
}

}  // namespace

Result<std::vector<Endpoint>> endpoints_of(const MasterEntry& entry, const Config& config) {
    if (entry.type == ServiceType::inet) return inet_endpoints(entry, config);
    Endpoint endpoint;
    endpoint.kind = local_kind(entry.type);
    endpoint.text = endpoint.path = entry.socket_path();
    if (endpoint.path.size() >= sizeof sockaddr_un::sun_path)
        return error_at(entry, "the name is too long for a socket");
    return std::vector{endpoint};
}

Result<Fd> open_endpoint(const Endpoint& endpoint, service::Identity owner) {
    Result<Fd> opened = temporary("not opened");
    if (endpoint.kind == Endpoint::Kind::inet) {
        opened = event::listen_on(endpoint.address, SOMAXCONN);
        // Connections inherit it; nobody is greeted before master begins to accept.
        if (opened) event::limit_window(opened->get(), endpoint.window);
    } else {
        const service::ActingAs acting(owner);
        opened = open_as_owner(endpoint);
    }
    if (!opened) return opened.error().in(endpoint.text);
    return opened;
}

}  // namespace postern::master
