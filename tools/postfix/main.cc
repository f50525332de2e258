// postfix: starts, stops, checks and maintains the mail system (postfix(1)).
#include "lib/config/compatibility.h"
#include "lib/config/directory.h"
#include "lib/config/installation.h"
#include "lib/service/command.h"
#include "lib/service/run_program.h"
#include "tools/postfix/control.h"
#include "tools/postfix/instance.h"
#include "tools/postfix/maintenance.h"
#include "tools/postfix/non_bdb.h"
#include "tools/postfix/tls.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace postern::postfix {

namespace {

struct Command {
    std::string_view name;
    int (*run)(const Instance&);
};

constexpr Command table[] = {
    {"start", start},   {"start-fg", start_in_foreground},
    {"stop", stop},     {"abort", abort},
    {"reload", reload}, {"flush", flush},
    {"check", check},   {"status", status},
    {"logrotate", rotate_log},
    {"set-permissions", set_permissions},
    {"upgrade-configuration", upgrade_configuration},
    {"tls", tls},
    {"non-bdb", non_bdb},
};

constexpr std::string_view usage =
    "Usage: postfix start (or stop, reload, abort, flush, check, status, set-permissions, "
    "upgrade-configuration, logrotate, tls, non-bdb)";

void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

/// What the programs that we start, and theirs, know from the environment.
void export_environment(const config::Config& config, const Options& options) {
    set("MAIL_CONFIG", config.directory());
    if (options.verbosity > 0) set("MAIL_VERBOSE", "");
    if (options.debug) set("MAIL_DEBUG", "");
    for (const char* name : {"config_directory", "command_directory", "daemon_directory",
                             "data_directory", "html_directory", "mail_owner", "mailq_path",
                             "manpage_directory", "meta_directory", "newaliases_path",
                             "queue_directory", "readme_directory", "sample_directory", "sendmail_path",
                             "setgid_group", "shlib_directory"})
        set(name, config.text(name));
    if (config.text("maillog_file").empty()) return;
    set("POSTLOG_SERVICE",
        config.text("queue_directory") + "/public/" + config.text("postlog_service_name"));
    set("POSTLOG_HOSTNAME", config.text("myhostname"));
}

/// Whether the command is for all instances, and somebody else does it for each.
bool is_for_all(const config::Config& config, const Options& options) {
    return !options.config_directory && !std::getenv("MAIL_CONFIG") &&
           !config.text("multi_instance_directories").empty();
}

[[noreturn]] void run_wrapper(const config::Config& config, const Options& options, const Log& log) {
    auto words = config.list("multi_instance_wrapper");
    if (words.empty())
        log.fatal("multi_instance_directories is set, but multi_instance_wrapper is empty");
    words.push_back(options.command);
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    set("MAIL_CONFIG", config.directory());
    log.fatal("multi_instance_wrapper: {}", service::become_program(words).text);
}

/// An old compatibility_level is meant for the time of an upgrade (COMPATIBILITY_README).
void remind_of_old_defaults(const config::Config& config, const Log& log) {
    if (config.is_compatible_with(config::last_changed_level)) return;
    log.info("{} is using backwards-compatible default settings", config.text("mail_name"));
    log.info("See COMPATIBILITY_README for details");
    log.info("To disable backwards compatibility use \"postconf compatibility_level={}\" and "
             "\"postfix reload\"",
             config::last_changed_level);
}

/// The log, and a terminal, where each line says which instance it is about.
void choose_sinks(service::Command& command, const config::Config& config) {
    command.book().remove_sinks();
    command.open_log(config, LogRole::administration);
    if (::isatty(STDERR_FILENO))
        command.book().add(std::make_unique<StandardErrorSink>(command.book().tag()));
}

int run(int argc, char** argv) {
    service::Command command("postfix-script", argv[0]);
    const auto options = parse_options(argc, argv);
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    const config::Config config = command.load(options->config_directory);
    if (options->asks_version) {
        fmt::print("Postern {}, compatible with {} {} of {}\n", config::own_version(),
                   config.text("mail_name"), config.text("mail_version"),
                   config.text("mail_release_date"));
        return 0;
    }
    choose_sinks(command, config);
    const Log log = command.log();

    const auto found = std::ranges::find(table, options->command, &Command::name);
    if (found == std::end(table)) log.fatal("unknown command: '{}'. {}", options->command, usage);
    if (is_for_all(config, *options)) run_wrapper(config, *options, log);
    export_environment(config, *options);
    remind_of_old_defaults(config, log);
    if (::geteuid() != 0)
        log.warning("not the superuser: the mail system is that of user {}", ::geteuid());
    return found->run(Instance(config, *options, log));
}

}  // namespace

}  // namespace postern::postfix

int main(int argc, char** argv) { return postern::postfix::run(argc, argv); }
