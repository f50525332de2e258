// From sockets to the file; see the header.
#include "services/postlogd/collector.h"

#include <poll.h>
#include <sys/socket.h>

namespace postern::postlogd {

namespace {

/// Datagrams read at one wake-up, so that a flood of them does not keep lines from being written.
constexpr int datagrams_per_turn = 64;
constexpr milliseconds retry_after{1000};

}  // namespace

void Collector::receive(int socket) {
    const WallTime now = loop_.clock().wall();
    for (int i = 0; i < datagrams_per_turn; ++i) {
        const ssize_t size = ::recv(socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (size < 0) break;
        const std::string_view datagram(buffer_.data(), static_cast<std::size_t>(size));
        for (const SentLogLine& line : read_log_frame(datagram, now)) order_.add(line, now);
    }
    if (!is_set() && !order_.empty()) loop_.set(*this, loop_.in(LineOrder::patience));
}

void Collector::expired() { write_due(); }

void Collector::write_due() {
    const std::string lines = order_.take_due(loop_.clock().wall());
    if (!lines.empty() || has_backlog_) has_backlog_ = !write_(lines);
    if (has_backlog_)
        loop_.set(*this, loop_.in(retry_after));
    else if (!order_.empty())
        loop_.set(*this, loop_.in(milliseconds(10)));
}

void Collector::write_all() {
    stop();
    std::ignore = write_(order_.take_all());   // what the disk does not take now is lost with us
}

void Collector::finish(std::span<const int> sockets, milliseconds quiet) {
    std::vector<pollfd> waits;
    for (int socket : sockets) waits.push_back({.fd = socket, .events = POLLIN, .revents = 0});
    while (::poll(waits.data(), waits.size(), static_cast<int>(quiet.count())) > 0) {
        for (const pollfd& wait : waits)
            if (wait.revents != 0) receive(wait.fd);
        std::ignore = write_(order_.take_due(loop_.clock().wall()));   // tried again below
    }
    write_all();
}

}  // namespace postern::postlogd
