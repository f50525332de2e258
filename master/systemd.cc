// The datagrams of sd_notify(3); see the header.
#include "master/systemd.h"

#include "lib/base/strings.h"
#include "lib/event/socket.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <tuple>
#include <string>

namespace postern::master {

namespace {

Fd connect_to(std::string path) {
    if (path.empty()) return Fd();
    if (path.front() == '@') path.front() = '\0';   // an abstract name
    const auto address = event::SocketAddress::unix_path(path);
    Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!address || !socket) return Fd();
    const auto size = path.front() == '\0' ? address->size() - 1 : address->size();
    if (::connect(socket.get(), address->get(), size) != 0) return Fd();
    return socket;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

Systemd::Systemd(event::Loop& loop) : loop_(loop), socket_(connect_to(variable("NOTIFY_SOCKET"))) {
    if (const auto interval = parse_number(variable("WATCHDOG_USEC")); socket_ && interval)
        watchdog_ = microseconds(*interval);
}

void Systemd::is_ready() {
    send(fmt::format("READY=1\nMAINPID={}", ::getpid()));
    if (watchdog_.count() > 0) expired();
}

void Systemd::is_reloading() {
    const auto now = loop_.clock().monotonic().time_since_epoch();
    send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<microseconds>(now).count()));
}

void Systemd::is_stopping() { send("STOPPING=1"); }

void Systemd::expired() {
    send("WATCHDOG=1");
    loop_.set(*this, loop_.in(watchdog_ / 2));
}

void Systemd::send(std::string_view message) const {
    // Whoever listens there has taken the earlier ones, or has other troubles.
    if (socket_) std::ignore = ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL);
}

}  // namespace postern::master
