// Sockets; see the header.
#include "lib/event/socket.h"

#include "lib/base/strings.h"
#include "lib/event/stream.h"
#include "lib/event/tcp_window.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <tuple>

namespace postern::event {

namespace {

/// Connections taken at one wake-up: enough to batch, few enough to leave some to other
/// processes on the same socket.
constexpr int accepts_per_turn = 16;

/// A Unix socket whose backlog is full cannot be waited for; this long passes between two tries.
constexpr milliseconds pause_when_full{10};

Result<Fd> open_socket(int family) {
    Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return system_error("socket");
    return fd;
}

void set_option(int fd, int level, int name) {
    const int on = 1;
    // A missing option costs speed or comfort, never correctness.
    std::ignore = ::setsockopt(fd, level, name, &on, sizeof on);
}

/// A refused or unreachable peer may be there later: unlike a missing file.
Error connect_error(int number) {
    return temporary(system_error("connect", number).text.substr(sizeof "connect: " - 1));
}

template <class Call>
SocketAddress asked(int fd, Call call) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (call(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
    return SocketAddress(reinterpret_cast<sockaddr*>(&storage), size);
}

/// 0, or an errno value; EINPROGRESS: it goes on.
int begin_to_connect(const Fd& fd, const SocketAddress& address) {
    return ::connect(fd.get(), address.get(), address.size()) == 0 ? 0 : errno;
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) {
    if (size >= sizeof address->sa_family && address->sa_family == AF_UNIX)
        unix_.assign(reinterpret_cast<const char*>(address), size);
    else
        std::memcpy(&ip_, address, std::min<std::size_t>(size, sizeof ip_));
}

const sockaddr* SocketAddress::get() const noexcept {
    return unix_.empty() ? reinterpret_cast<const sockaddr*>(&ip_)
                         : reinterpret_cast<const sockaddr*>(unix_.data());
}

socklen_t SocketAddress::size() const noexcept {
    switch (family()) {
    case AF_UNIX: return static_cast<socklen_t>(unix_.size());
    case AF_INET: return sizeof(sockaddr_in);
    case AF_INET6: return sizeof(sockaddr_in6);
    default: return 0;
    }
}

Result<SocketAddress> SocketAddress::numeric(std::string_view host, std::uint16_t port) {
    std::string text(host);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (starts_with_same(text, "ipv6:")) text.erase(0, 5);
    const auto malformed = permanent("not a numeric address: \"" + std::string(host) + "\"");
    in_addr four{};   // getaddrinfo would also take 127.1
    if (text.find(':') == text.npos && ::inet_pton(AF_INET, text.c_str(), &four) != 1)
        return malformed;
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(text.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return malformed;
    const SocketAddress address(found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    return address;
}

Result<SocketAddress> SocketAddress::unix_path(std::string_view path) {
    sockaddr_un name{};
    if (path.size() >= sizeof name.sun_path)
        return permanent("socket path too long: " + std::string(path));
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    return SocketAddress(reinterpret_cast<sockaddr*>(&name),
                         static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1));
}

SocketAddress SocketAddress::of_peer(int fd) { return asked(fd, ::getpeername); }
SocketAddress SocketAddress::of_local(int fd) { return asked(fd, ::getsockname); }

std::string SocketAddress::host() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET) {
        const auto& ip = reinterpret_cast<const sockaddr_in&>(ip_);
        ::inet_ntop(AF_INET, &ip.sin_addr, text, sizeof text);
    } else if (family() == AF_INET6) {
        if (IN6_IS_ADDR_V4MAPPED(&ip_.sin6_addr))
            ::inet_ntop(AF_INET, ip_.sin6_addr.s6_addr + 12, text, sizeof text);
        else
            ::inet_ntop(AF_INET6, &ip_.sin6_addr, text, sizeof text);
    }
    return text;
}

std::uint16_t SocketAddress::port() const noexcept {
    if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(ip_).sin_port);
    if (family() == AF_INET6) return ntohs(ip_.sin6_port);
    return 0;
}

Result<Fd> listen_on(const SocketAddress& address, int backlog) {
    auto fd = open_socket(address.family());
    if (!fd) return fd;
    if (address.family() == AF_UNIX)
        ::unlink(reinterpret_cast<const sockaddr_un*>(address.get())->sun_path);
    else
        set_option(fd->get(), SOL_SOCKET, SO_REUSEADDR);
    if (address.family() == AF_INET6) set_option(fd->get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (::bind(fd->get(), address.get(), address.size()) != 0) return system_error("bind");
    if (::listen(fd->get(), backlog) != 0) return system_error("listen");
    return fd;
}

void limit_window(int fd, int bytes) {
    if (bytes == 0) return;
    for (const int option : {SO_SNDBUF, SO_RCVBUF})
        std::ignore = ::setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);   // only a size
}

Task<Result<Fd>> connect_to(Loop& loop, SocketAddress address, Deadline deadline,
                            std::optional<SocketAddress> local) {
    return connect_with_window(loop, address, deadline, local, 0);
}

Task<Result<Fd>> connect_with_window(Loop& loop, SocketAddress address, Deadline deadline,
                                     std::optional<SocketAddress> local, int bytes) {
    auto fd = open_socket(address.family());
    if (!fd) co_return fd.error();
    if (address.is_ip()) limit_window(fd->get(), bytes);
    if (local && ::bind(fd->get(), local->get(), local->size()) != 0)
        co_return system_error("bind " + local->host());
    if (address.is_ip()) set_option(fd->get(), IPPROTO_TCP, TCP_NODELAY);
    int began = begin_to_connect(*fd, address);
    while (began == EAGAIN && !address.is_ip()) {
        if (deadline.at <= loop.now()) co_return Error{Errc::timeout, "the server accepts no connection"};
        co_await Sleep(loop, std::min(deadline, loop.in(pause_when_full)));
        began = begin_to_connect(*fd, address);
    }
    if (began == 0) co_return std::move(*fd);
    if (began != EINPROGRESS) co_return connect_error(began);

    // The stream lends its wait; the socket goes on to the caller.
    Fd watched(::fcntl(fd->get(), F_DUPFD_CLOEXEC, 0));
    if (!watched) co_return system_error("dup");
    Stream stream(loop, std::move(watched));
    auto ready = co_await stream.writable(deadline);
    if (!ready) co_return ready.error();
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd->get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) co_return connect_error(error);
    co_return std::move(*fd);
}

Listener::Listener(Loop& loop, Fd socket, Accepted accepted)
    : loop_(loop), socket_(std::move(socket)), accepted_(std::move(accepted)) {
    resume();
}

void Listener::pause() { event_.reset(); }

void Listener::resume() {
    if (event_) return;
    event_ = loop_.watch_read(
        socket_.get(), Loop::Trigger::level,
        [](int, short, void* self) { static_cast<Listener*>(self)->accept_some(); }, this);
}

void Listener::accept_some() {
    for (int i = 0; i < accepts_per_turn && event_; ++i) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        Fd client(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size,
                            SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!client) return;   // none left, or another process was faster, or it has gone away
        accepted_(std::move(client), SocketAddress(reinterpret_cast<sockaddr*>(&storage), size));
    }
}

}  // namespace postern::event
