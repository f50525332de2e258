// smtp-sink: takes messages over SMTP or LMTP and throws them away, or keeps them in files
// (smtp-sink(1)); for measuring and testing clients.
#include "lib/base/log_sink.h"
#include "lib/base/open_log.h"
#include "lib/event/named_place.h"
#include "lib/event/tcp_window.h"
#include "lib/service/identity.h"
#include "tools/smtp_sink/server.h"

#include <pwd.h>
#include <unistd.h>

#include <csignal>

namespace postern::smtp_sink {

namespace {

std::vector<Fd> listen(const Options& options, const Log& log) {
    auto sockets = event::listen_on_place(
        options.place, {.family = options.family, .is_listening = true}, options.backlog);
    if (!sockets) log.fatal("{}", sockets.error().text);
    for (const Fd& socket : *sockets) event::limit_window(socket.get(), options.window);
    return std::move(*sockets);
}

void require(const Result<void>& done, const Log& log) {
    if (!done) log.fatal("{}", done.error().text);
}

void give_up_rights(const Options& options, const Log& log) {
    const passwd* user = options.user.empty() ? nullptr : ::getpwnam(options.user.c_str());
    if (!options.user.empty() && !user) log.fatal("unknown user: {}", options.user);
    if (!options.root_directory.empty()) require(service::enter_chroot(options.root_directory), log);
    if (user && ::geteuid() == 0)
        require(service::become_for_good({user->pw_uid, user->pw_gid}), log);
}

/// The commands of -s go to the system's log.
void open_system_log(LogBook& book) {
    auto sink = open_log({}, LogRole::log_server);
    if (!sink) Log(book).fatal("{}", sink.error().text);
    book.add(std::move(*sink));
}

int run(int argc, char** argv) {
    LogBook book(early_log_tag("smtp-sink"));
    book.add(std::make_unique<StandardErrorSink>("smtp-sink"));
    const auto options = parse_options(argc, argv);
    if (!options) Log(book).fatal("{}", options.error().text);
    book.set_verbosity(options->verbosity);
    const Log log(book);
    std::signal(SIGPIPE, SIG_IGN);

    auto sockets = listen(*options, log);
    open_system_log(book);
    give_up_rights(*options, log);
    event::Loop loop;
    Server server(loop, *options, std::move(sockets), log);
    loop.run();
    return 0;
}

}  // namespace

}  // namespace postern::smtp_sink

int main(int argc, char** argv) { return postern::smtp_sink::run(argc, argv); }
