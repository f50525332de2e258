// Taking messages; see the header.
#include "tools/qmqp_sink/server.h"

#include "lib/event/netstring.h"

#include <fmt/format.h>

#include <cstdio>
#include <limits>

namespace postern::qmqp_sink {

namespace {

constexpr seconds patience{300};

}  // namespace

Server::Server(event::Loop& loop, std::vector<Fd> sockets, bool shows_counter, Log log)
    : loop_(loop), shows_counter_(shows_counter), log_(log), sessions_(loop) {
    for (Fd& socket : sockets)
        listeners_.push_back(std::make_unique<event::Listener>(
            loop, std::move(socket), [this](Fd client, const event::SocketAddress&) {
                sessions_.spawn(session(std::move(client)));
            }));
}

Task<void> Server::session(Fd socket) {
    event::Stream client(loop_, std::move(socket));
    log_.verbose(1, "connect");
    if (auto taken = co_await take_message(client); !taken) {
        log_.warning("{}", taken.error().text);
        co_return;
    }
    client.write(event::netstring("Kok"));
    std::ignore = co_await client.flush(loop_.in(patience));   // it is the client's loss
    ++messages_;
    show_counter();
}

Task<Result<void>> Server::take_message(event::Stream& client) {
    const auto size = co_await event::read_netstring_size(
        client, std::numeric_limits<std::size_t>::max() / 2, loop_.in(patience));
    if (!size) co_return size.error();
    for (std::size_t left = *size; left > 0;) {
        auto piece = co_await client.peek(1, loop_.in(patience));
        if (!piece) co_return piece.error();
        const std::size_t part = std::min(piece->size(), left);
        client.consume(part);
        left -= part;
    }
    log_.verbose(2, "message of {} bytes", *size);
    co_return co_await event::read_netstring_end(client, loop_.in(patience));
}

void Server::show_counter() const {
    if (!shows_counter_) return;
    fmt::print("{}\r", messages_);
    std::fflush(stdout);
}

}  // namespace postern::qmqp_sink
