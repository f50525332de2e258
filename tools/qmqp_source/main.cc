// qmqp-source: sends messages by QMQP, in many sessions at once (qmqp-source(1)); for measuring and
// testing servers.
#include "lib/base/log_sink.h"
#include "lib/base/open_log.h"
#include "lib/event/group.h"
#include "lib/event/named_place.h"
#include "tools/qmqp_source/sender.h"

#include <csignal>
#include <cstdio>

namespace postern::qmqp_source {

namespace {

/// All sessions, to their ends.
Task<void> send_all(event::Loop& loop, Sender& sender, std::uint64_t count, const Log& log) {
    event::TaskGroup sessions(loop, [&log](const std::string& what) { log.panic("{}", what); });
    for (std::uint64_t i = 0; i < count; ++i) sessions.spawn(sender.run());
    co_await sessions.all_ended();
}

int run(int argc, char** argv) {
    LogBook book(early_log_tag("qmqp-source"));
    book.add(std::make_unique<StandardErrorSink>("qmqp-source"));
    const auto options = parse_options(argc, argv);
    if (!options) Log(book).fatal("{}", options.error().text);
    book.set_verbosity(options->verbosity);
    const Log log(book);
    std::signal(SIGPIPE, SIG_IGN);

    auto addresses = event::addresses_of_place(
        options->place, {.family = options->family, .default_port = "628"});
    if (!addresses) log.fatal("{}", addresses.error().text);
    event::Loop loop;
    Sender sender(loop, *options, std::move(*addresses), log);
    loop.run(send_all(loop, sender, options->sessions, log));
    if (options->shows_counter) std::puts("");
    return 0;
}

}  // namespace

}  // namespace postern::qmqp_source

int main(int argc, char** argv) { return postern::qmqp_source::run(argc, argv); }
