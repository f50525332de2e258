// postqueue: lists and flushes the mail queue, for everybody whom main.cf lets (postqueue(1)).
// Installed set-gid setgid_group, which opens the sockets below public/.
#include "lib/config/directory.h"
#include "lib/config/environment.h"
#include "lib/event/loop.h"
#include "lib/service/authorized_users.h"
#include "lib/service/command.h"
#include "tools/postqueue/flush.h"
#include "tools/postqueue/listing_source.h"
#include "tools/postqueue/options.h"
#include "tools/postqueue/show.h"

#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace postern;
using namespace postern::postqueue;

namespace {

bool is_listing(Action action) {
    return action == Action::list || action == Action::list_json;
}

/// root may always.
void authorize(const config::Config& config, Action action, postern::event::Loop& loop, Log log) {
    if (getuid() == 0) return;
    const bool lists = is_listing(action);
    const std::string user = service::user_name(getuid());
    auto allowed = service::is_authorized(
        config, lists ? "authorized_mailq_users" : "authorized_flush_users", user, loop);
    if (!allowed) log.fatal("{}", allowed.error().text);
    if (!*allowed)
        log.fatal("User {}({}) is not allowed to {} the mail queue", user, getuid(),
                  lists ? "view" : "flush");
}

ListingReader open_listing(const config::Config& config, bool is_detailed, Log log) {
    auto source = ask_showq(config.text("showq_service_name"), config.text("mail_name"),
                            is_detailed);
    if (!source && geteuid() == 0) {
        log.warning("Mail system is down -- accessing queue directly ({})", source.error().text);
        source = read_queue(config, is_detailed);
    } else if (!source) {
        log.fatal("Queue report unavailable - mail system is down ({})", source.error().text);
    }
    if (!source) log.fatal("{}", source.error().text);
    return ListingReader(std::move(*source));
}

Result<void> show(const config::Config& config, Action action, Log log) {
    const bool is_json = action == Action::list_json;
    ListingReader listing = open_listing(config, is_json, log);
    auto shown = is_json ? show_json(listing, stdout)
                         : show_text(listing, config.boolean("enable_long_queue_ids"), stdout);
    const bool is_written = std::fflush(stdout) == 0;
    if (shown && !is_written) return system_error("write to standard output");
    return shown;
}

Result<void> flush(const config::Config& config, const Options& options,
                   postern::event::Loop& loop) {
    const seconds wait = config.time("trigger_timeout");
    const std::string flush_service = config.text("flush_service_name");
    switch (options.action) {
        case Action::flush_message:
            return flush_message(loop, flush_service, options.subject, wait);
        case Action::flush_site: return flush_site(loop, flush_service, options.subject, wait);
        default: return flush_all(loop, config.text("queue_service_name"), wait);
    }
}

}  // namespace

int main(int argc, char** argv) {
    service::Command command("postqueue", "postqueue");
    command.book().set_end([](Severity) { std::_Exit(EX_UNAVAILABLE); });
    const auto options = parse_options(argc, argv);
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    const Log log = command.log();

    const std::string directory = config::choose_directory(options->config_directory);
    if (auto ours = config::check_directory(directory); !ours) log.fatal("{}", ours.error().text);
    const config::Config config = command.load(directory);
    config::apply_environment(config.list("import_environment"));
    command.open_log(config, LogRole::command);
    const std::string queue_directory = config.text("queue_directory");
    if (chdir(queue_directory.c_str()) != 0)
        log.fatal("{}", system_error("chdir " + queue_directory).text);

    postern::event::Loop loop;
    authorize(config, options->action, loop, log);
    auto done = is_listing(options->action) ? show(config, options->action, log)
                                            : flush(config, *options, loop);
    if (!done) log.fatal("{}", done.error().text);
}
