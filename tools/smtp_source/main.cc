// smtp-source: sends messages over SMTP or LMTP, in many sessions at once (smtp-source(1)); for
// measuring and testing servers.
#include "lib/base/fd.h"
#include "lib/base/log_sink.h"
#include "lib/base/open_log.h"
#include "lib/event/group.h"
#include "lib/event/named_place.h"
#include "tools/smtp_source/session.h"

#include <cstdio>
#include <csignal>

namespace postern::smtp_source {

namespace {

std::string read_message(const Options& options, const Log& log) {
    if (options.file.empty()) return "";
    auto text = read_file(options.file);
    if (!text) log.fatal("{}", text.error().text);
    return std::move(*text);
}

Task<void> send(Work& work) {
    Session session(work);
    auto sent = co_await session.run();
    if (!sent) work.log().fatal("{}", sent.error().text);
}

/// All sessions, to their ends.
Task<void> send_all(Work& work) {
    event::TaskGroup sessions(work.loop(), [&work](const std::string& what) {
        work.log().panic("{}", what);
    });
    for (std::uint64_t i = 0; i < work.options().sessions; ++i) sessions.spawn(send(work));
    co_await sessions.all_ended();
}

int run(int argc, char** argv) {
    LogBook book(early_log_tag("smtp-source"));
    book.add(std::make_unique<StandardErrorSink>("smtp-source"));
    const auto options = parse_options(argc, argv);
    if (!options) Log(book).fatal("{}", options.error().text);
    book.set_verbosity(options->verbosity);
    const Log log(book);
    std::signal(SIGPIPE, SIG_IGN);

    auto addresses = event::addresses_of_place(
        options->place, {.family = options->family, .default_port = "smtp"});
    if (!addresses) log.fatal("{}", addresses.error().text);
    event::Loop loop;
    Work work(loop, *options, std::move(*addresses), read_message(*options, log), log);
    loop.run(send_all(work));
    if (options->shows_counter) fmt::print("\n");
    return 0;
}

}  // namespace

}  // namespace postern::smtp_source

int main(int argc, char** argv) { return postern::smtp_source::run(argc, argv); }
