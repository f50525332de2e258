// Connections to table servers.
#include "lib/table/network_table.h"

#include "lib/base/strings.h"
#include "lib/table/registry.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace postern::table {

namespace {

using event::SocketAddress;
using Addresses = Result<std::vector<SocketAddress>>;

struct FreeInfo {
    void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
};

/// Asks the system; may block.
Addresses look_up(const std::string& host, const std::string& service) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &raw))
        return temporary(fmt::format("host or service {}:{} not found: {}", host, service,
                                     ::gai_strerror(code)));
    const std::unique_ptr<addrinfo, FreeInfo> all(raw);
    std::vector<SocketAddress> addresses;
    for (const addrinfo* info = raw; info; info = info->ai_next)
        addresses.emplace_back(info->ai_addr, info->ai_addrlen);
    return addresses;
}

/// The server has closed it, or has said what nobody asked for, which would be taken for the answer
/// to the next question.
bool is_out_of_step(const event::Stream& server) {
    char byte;
    const bool is_quiet = ::recv(server.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
    return !is_quiet || !server.buffered().empty();
}

class NetworkDictionary final : public Dictionary {
public:
    NetworkDictionary(ServerConnections connections, std::unique_ptr<Protocol> protocol)
        : connections_(std::move(connections)), protocol_(std::move(protocol)) {}

    Answer<Found> find(std::string_view key) override {
        if (auto refused = protocol_->refuse(key)) return std::move(*refused);
        return ask(key);
    }
    KeyKind key_kind() const override { return KeyKind::pattern; }
    uid_t owner() const override { return static_cast<uid_t>(-1); }

private:
    /// A kept connection may have been closed by the server meanwhile: then once more, on a new one.
    Task<Found> ask(std::string_view key) {
        auto connection = co_await connections_.take();
        if (!connection) co_return connection.error();
        const bool is_kept = (*connection)->opened != (*connection)->used;
        auto reply = co_await ask_once(std::move(*connection), key);
        if (!reply && reply.error().code == Errc::closed && is_kept) {
            connection = co_await connections_.connect();
            if (!connection) co_return connection.error();
            reply = co_await ask_once(std::move(*connection), key);
        }
        if (!reply) co_return reply.error().in(connections_.endpoint().text);
        co_return std::move(*reply);
    }

    Task<Result<Found>> ask_once(std::unique_ptr<ServerConnections::Connection> connection,
                                 std::string_view key) {
        auto reply =
            co_await protocol_->ask(connection->stream, key, connections_.deadline());
        if (reply) connections_.give_back(std::move(connection));
        co_return reply;
    }

    ServerConnections connections_;
    const std::unique_ptr<Protocol> protocol_;
};

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
    constexpr std::string_view inet = "inet:", unix = "unix:";
    Endpoint endpoint;
    endpoint.text = text;
    if (text.starts_with(unix)) {
        endpoint.path = text.substr(unix.size());
        if (!endpoint.path.empty()) return endpoint;
    }
    const auto colon = text.rfind(':');
    if (text.starts_with(inet) && colon > inet.size() && colon + 1 < text.size()) {
        auto host = text.substr(inet.size(), colon - inet.size());
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        endpoint.host = host;
        endpoint.service = text.substr(colon + 1);
        return endpoint;
    }
    return permanent(
        fmt::format("bad server \"{}\": expecting inet:host:port or unix:pathname", text));
}

bool ServerConnections::is_stale(const Connection& connection) const {
    return is_out_of_step(connection.stream) || loop_.now() - connection.used > times_.idle ||
           loop_.now() - connection.opened > times_.total;
}

Task<Result<std::unique_ptr<ServerConnections::Connection>>> ServerConnections::take() {
    std::erase_if(idle_, [this](const auto& connection) { return is_stale(*connection); });
    if (idle_.empty()) co_return co_await connect();
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    co_return std::move(connection);
}

Task<Addresses> ServerConnections::addresses() const {
    if (!endpoint_.path.empty()) {
        auto address = SocketAddress::unix_path(endpoint_.path);
        if (!address) co_return address.error();
        co_return std::vector{*address};
    }
    if (!names_) co_return look_up(endpoint_.host, endpoint_.service);
    co_return co_await names_->offload(
        [host = endpoint_.host, service = endpoint_.service] { return look_up(host, service); });
}

Task<Result<std::unique_ptr<ServerConnections::Connection>>> ServerConnections::connect() {
    auto found = co_await addresses();
    if (!found) co_return found.error();
    Error last;
    for (const SocketAddress& address : *found) {
        auto socket = co_await event::connect_to(loop_, address, deadline());
        if (socket)
            co_return std::unique_ptr<Connection>(new Connection{
                event::Stream(loop_, std::move(*socket)), loop_.now(), loop_.now(), 0});
        last = socket.error();
    }
    co_return temporary(fmt::format("connect to {}: {}", endpoint_.text, last.text));
}

void ServerConnections::give_back(std::unique_ptr<Connection> connection) {
    connection->used = std::max(loop_.now(), connection->opened + std::chrono::nanoseconds(1));
    idle_.push_back(std::move(connection));
}

OpenedDictionary network_dictionary(const Opening& opening, std::string_view type,
                                    Endpoint endpoint, ServerTimes times,
                                    std::unique_ptr<Protocol> protocol) {
    const auto& surroundings = opening.registry.surroundings();
    if (!surroundings.loop)
        return permanent(fmt::format("this program cannot ask {} servers", type));
    return std::make_unique<NetworkDictionary>(
        ServerConnections(*surroundings.loop, surroundings.names, std::move(endpoint), times),
        std::move(protocol));
}

}  // namespace postern::table
