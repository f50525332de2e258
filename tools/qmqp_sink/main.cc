// qmqp-sink: takes messages by QMQP and throws them away (qmqp-sink(1)); for measuring and testing
// clients.
#include "lib/base/log_sink.h"
#include "lib/base/open_log.h"
#include "lib/event/named_place.h"
#include "tools/qmqp_sink/options.h"
#include "tools/qmqp_sink/server.h"

#include <csignal>

namespace postern::qmqp_sink {

namespace {

std::vector<Fd> listen(const Options& options, const Log& log) {
    const auto addresses = event::addresses_of_place(
        options.place, {.family = options.family, .is_listening = true});
    if (!addresses) log.fatal("{}", addresses.error().text);
    std::vector<Fd> sockets;
    for (const auto& address : *addresses) {
        auto socket = event::listen_on(address, options.backlog);
        if (!socket) log.fatal("{}", socket.error().in(options.place).text);
        sockets.push_back(std::move(*socket));
    }
    return sockets;
}

Task<void> end_after(event::Loop& loop, seconds lifetime) {
    co_await event::Sleep(loop, lifetime > seconds(0) ? loop.in(lifetime) : Deadline::never());
}

int run(int argc, char** argv) {
    LogBook book(early_log_tag("qmqp-sink"));
    book.add(std::make_unique<StandardErrorSink>("qmqp-sink"));
    const auto options = parse_options(argc, argv);
    if (!options) Log(book).fatal("{}", options.error().text);
    book.set_verbosity(options->verbosity);
    std::signal(SIGPIPE, SIG_IGN);

    event::Loop loop;
    Server server(loop, listen(*options, Log(book)), options->shows_counter, Log(book));
    loop.run(end_after(loop, options->lifetime));
    return 0;
}

}  // namespace

}  // namespace postern::qmqp_sink

int main(int argc, char** argv) { return postern::qmqp_sink::run(argc, argv); }
