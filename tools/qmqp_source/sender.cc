// Sending; see the header.
#include "tools/qmqp_source/sender.h"

#include "lib/base/strings.h"
#include "lib/event/netstring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace postern::qmqp_source {

namespace {

constexpr seconds patience{300};
constexpr std::size_t reply_limit = 10000;

std::string content(const Options& options, std::uint64_t number, WallTime now) {
    std::string text = fmt::format("From: <{}>\nTo: <{}>\nDate: {}\nMessage-Id: <{:x}.{:x}.{:x}@{}>\n\n",
                                   options.sender, options.recipient, mail_date(now), ::getpid(),
                                   to_unix(now), number, options.host);
    if (!options.length) return text + "This is the message content.\n";
    constexpr std::size_t line = 80;
    while (text.size() < *options.length) {
        const std::size_t now_wanted = std::min(*options.length - text.size(), line);
        text.append(now_wanted - 1, 'X') += '\n';
    }
    return text.substr(0, *options.length);
}

}  // namespace

std::string request(const Options& options, std::uint64_t number, WallTime now) {
    std::string all = event::netstring(content(options, number, now)) + event::netstring(options.sender);
    if (options.recipients == 1) return event::netstring(all + event::netstring(options.recipient));
    for (std::uint64_t i = 1; i <= options.recipients; ++i)
        all += event::netstring(fmt::format("{}{}", i, options.recipient));
    return event::netstring(all);
}

Task<void> Sender::run() {
    while (taken_ < options_.messages) {
        const std::uint64_t number = ++taken_;
        if (const seconds wait = pause(); wait > seconds(0))
            co_await event::Sleep(loop_, loop_.in(wait));
        if (auto sent = co_await send(number); !sent) log_.fatal("{}", sent.error().text);
        show_counter();
    }
}

Task<Result<void>> Sender::send(std::uint64_t number) {
    auto socket = co_await connect();
    if (!socket) co_return socket.error().in("connect to " + options_.place);
    event::Stream server(loop_, std::move(*socket));
    server.write(request(options_, number, loop_.clock().wall()));
    auto reply = co_await event::read_netstring(server, reply_limit, loop_.in(patience));
    if (!reply) co_return reply.error().in("read reply");
    log_.verbose(1, "<<< {}", printable(*reply));
    if (!reply->starts_with('K')) co_return permanent("error: " + printable(*reply));
    co_return success();
}

Task<Result<Fd>> Sender::connect() {
    Result<Fd> socket = temporary("no address");
    for (std::uint64_t left = options_.connect_tries; left > 0 && !socket; --left)
        for (const event::SocketAddress& address : addresses_) {
            socket = co_await event::connect_to(loop_, address, loop_.in(patience));
            if (socket) break;
        }
    co_return socket;
}

seconds Sender::pause() {
    if (options_.random_pause == seconds(0)) return options_.pause;
    return seconds(std::uniform_int_distribution<std::int64_t>(0, options_.random_pause.count())(chance_));
}

void Sender::show_counter() {
    ++sent_;
    if (!options_.shows_counter) return;
    fmt::print("{}\r", sent_);
    std::fflush(stdout);
}

}  // namespace postern::qmqp_source
