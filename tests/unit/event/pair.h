// A stream whose other end the test holds.
#pragma once

#include "lib/event/loop.h"
#include "lib/event/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace postern::test {

/// Lets the loop turn some times: whatever is ready meanwhile happens.
inline Task<void> turns(event::Loop& loop, int count) {
    for (int i = 0; i < count; ++i) co_await event::Yield(loop);
}

/// The other end, driven by hand and without waiting.
class Peer {
public:
    explicit Peer(Fd socket) : socket_(std::move(socket)) {}

    /// False when the socket's buffer cannot take all.
    bool send(std::string_view text) {
        return ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
               static_cast<ssize_t>(text.size());
    }
    /// What has come; "" when nothing has.
    std::string receive(std::size_t limit = 1 << 20) {
        std::string text(limit, '\0');
        const ssize_t got = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
        text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return text;
    }
    bool sees_end() {
        char c;
        return ::recv(socket_.get(), &c, 1, MSG_DONTWAIT) == 0;
    }
    void end_output() { ::shutdown(socket_.get(), SHUT_WR); }
    void close() { socket_.reset(); }
    int fd() const { return socket_.get(); }

private:
    Fd socket_;
};

struct Pair {
    explicit Pair(event::Loop& loop, event::Pace pace = event::Pace::dialogue) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("socketpair");
        stream = std::make_unique<Stream>(loop, Fd(ends[0]), pace);
        peer.emplace(Fd(ends[1]));
    }
    std::unique_ptr<Stream> stream;
    std::optional<Peer> peer;
};

inline Deadline soon(event::Loop& loop) { return loop.in(seconds(10)); }

}  // namespace postern::test
