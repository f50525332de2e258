// From a socket to the file; see the header.
#include "services/postlogd/collector.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace postern::postlogd {

namespace {

/// Datagrams read by one call, and calls at one wake-up, so that a flood of datagrams does not keep
/// lines from being written.
constexpr std::size_t datagrams_per_call = 8;
constexpr int calls_per_turn = 8;
/// Twice what LogFrame makes; what other programs send is a line.
constexpr std::size_t datagram_limit = 2 * log_frame_limit;
/// Where lines come all the time, they are written so often.
constexpr milliseconds pause{5};
constexpr milliseconds retry_after{1000};

}  // namespace

Collector::Collector(event::Loop& loop, int socket, const UnsentLines* unsent, std::string host,
                     Write write)
    : loop_(loop), socket_(socket), unsent_(unsent), order_(std::move(host)),
      write_(std::move(write)), buffers_(datagrams_per_call, std::string(datagram_limit, '\0')) {}

/// False when there may be more to read.
bool Collector::read_waiting() {
    std::array<iovec, datagrams_per_call> parts{};
    std::array<mmsghdr, datagrams_per_call> messages{};
    for (std::size_t i = 0; i < datagrams_per_call; ++i) {
        parts[i] = {buffers_[i].data(), buffers_[i].size()};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (int call = 0; call < calls_per_turn; ++call) {
        const int got = ::recvmmsg(socket_, messages.data(), messages.size(), MSG_DONTWAIT, nullptr);
        const WallTime arrival = loop_.clock().wall();   // nothing in them is later
        for (std::size_t i = 0; static_cast<int>(i) < got; ++i) {
            const std::string_view datagram(buffers_[i].data(), messages[i].msg_len);
            for (const SentLogLine& line : read_log_frame(datagram, arrival))
                order_.add(line, arrival);
        }
        if (got < static_cast<int>(datagrams_per_call)) return true;
    }
    return false;
}

/// Reads what has come; up to which moment that is all there is.
WallTime Collector::take_in() {
    const WallTime now = loop_.clock().wall();
    // Asked before reading: what is sent after this is not promised by it.
    const WallTime complete =
        unsent_ ? unsent_->complete_until(now) : now - UnsentLines::patience;
    if (read_waiting()) complete_ = complete;
    return complete_;
}

void Collector::receive() {
    const WallTime complete = take_in();
    if (has_backlog_) return;   // until the disk may have room again
    if (const milliseconds wait = pace_.wait(loop_.now(), pause); wait == milliseconds(0))
        write_until(complete);
    else if (!is_set())
        loop_.set(*this, loop_.in(wait));
}

void Collector::expired() { write_until(take_in()); }

void Collector::write_until(WallTime complete) {
    const std::string lines = order_.take_until(complete, loop_.clock().wall());
    if (!lines.empty() || has_backlog_) {
        has_backlog_ = !write_(lines);
        pace_.spend(loop_.now(), pause);
    }
    if (has_backlog_)
        loop_.set(*this, loop_.in(retry_after));
    else if (!order_.empty())
        loop_.set(*this, loop_.in(pause));
}

void Collector::write_all() {
    stop();
    std::ignore = write_(order_.take_all());   // what the disk does not take now is lost with us
}

void Collector::finish(milliseconds quiet) {
    pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
    while (::poll(&wait, 1, static_cast<int>(quiet.count())) > 0) {
        const WallTime complete = take_in();
        // Tried again below.
        std::ignore = write_(order_.take_until(complete, loop_.clock().wall()));
    }
    write_all();
}

}  // namespace postern::postlogd
