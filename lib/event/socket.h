// Sockets: addresses, listening, accepting, connecting.
#pragma once

#include "lib/base/fd.h"
#include "lib/event/loop.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>

namespace postern::event {

/// An IPv4, IPv6 or Unix-domain socket address.
class SocketAddress {
public:
    SocketAddress() = default;
    SocketAddress(const sockaddr* address, socklen_t size);
    /// From a numeric address, "192.0.2.1" or "2001:db8::1" (with or without brackets, and
    /// IPv6 scope). Error: permanent, quoting the text.
    static Result<SocketAddress> numeric(std::string_view host, std::uint16_t port);
    /// Error when the path is too long for a socket.
    static Result<SocketAddress> unix_path(std::string_view path);
    /// Of a connected socket.
    static SocketAddress of_peer(int fd);
    static SocketAddress of_local(int fd);

    int family() const noexcept { return get()->sa_family; }
    bool is_ip() const noexcept { return family() == AF_INET || family() == AF_INET6; }
    /// The numeric address without brackets; an IPv4-mapped IPv6 address as IPv4. "" when not IP.
    std::string host() const;
    std::uint16_t port() const noexcept;
    const sockaddr* get() const noexcept;
    socklen_t size() const noexcept;

private:
    // Thousands of sessions hold addresses of clients. Those of Unix sockets are four times as long
    // and few, so they are kept apart.
    sockaddr_in6 ip_{};   // or, in its first bytes, a sockaddr_in
    std::string unix_;    // the bytes of a sockaddr_un; "" for any other
};

/// A listening stream socket, non-blocking. A Unix path is replaced when it exists.
Result<Fd> listen_on(const SocketAddress& address, int backlog);

/// Connects; `local`, when given, is bound first. Errors: permanent (refused, unreachable and
/// the like are temporary), timeout; they name nothing: the caller knows better how.
Task<Result<Fd>> connect_to(Loop& loop, SocketAddress address, Deadline deadline,
                            std::optional<SocketAddress> local = std::nullopt);

/// Accepts connections of a listening socket, which other processes may share, while it is open
/// for business. `accepted` gets the non-blocking socket and the address of the client.
class Listener {
public:
    using Accepted = std::function<void(Fd, SocketAddress)>;

    Listener(Loop& loop, Fd socket, Accepted accepted);
    void pause();
    void resume();
    bool is_paused() const noexcept { return !event_; }

private:
    void accept_some();

    Loop& loop_;
    Fd socket_;
    Accepted accepted_;
    EventHandle event_;
};

}  // namespace postern::event
