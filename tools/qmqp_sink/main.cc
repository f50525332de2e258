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

    auto sockets = event::listen_on_place(
        options->place, {.family = options->family, .is_listening = true}, options->backlog);
    if (!sockets) Log(book).fatal("{}", sockets.error().text);
    event::Loop loop;
    Server server(loop, std::move(*sockets), options->shows_counter, Log(book));
    loop.run(end_after(loop, options->lifetime));
    return 0;
}

}  // namespace

}  // namespace postern::qmqp_sink

int main(int argc, char** argv) { return postern::qmqp_sink::run(argc, argv); }
