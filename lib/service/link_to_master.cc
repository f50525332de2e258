// Talking with master; see the header.
#include "lib/service/link_to_master.h"

#include <sys/socket.h>

#include <cerrno>
#include <tuple>

namespace postern::service {

bool LinkToMaster::exists() {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(master_link_fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET;
}

LinkToMaster::LinkToMaster(event::Loop& loop, std::function<void(const MasterOrder&)> obey,
                           std::function<void()> is_gone)
    : obey_(std::move(obey)), is_gone_(std::move(is_gone)), socket_(master_link_fd) {
    event_ = loop.watch_read(
        socket_.get(), event::Loop::Trigger::level,
        [](int, short, void* self) { static_cast<LinkToMaster*>(self)->read(); }, this);
}

void LinkToMaster::send(const ChildStatus& status) const {
    const std::string packet = encode_status(status);
    // A full socket means that master is stuck; it will hear of the next change.
    std::ignore = ::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void LinkToMaster::read() {
    char packet[256];
    const ssize_t got = ::recv(socket_.get(), packet, sizeof packet, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        event_.reset();
        is_gone_();
    } else if (const auto order = decode_order({packet, static_cast<std::size_t>(got)})) {
        obey_(*order);
    }
}

}  // namespace postern::service
