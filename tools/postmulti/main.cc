// postmulti: manages the instances of the mail system on one machine (postmulti(1)).
#include "lib/config/directory.h"
#include "lib/service/command.h"
#include "tools/postmulti/instances.h"
#include "tools/postmulti/iteration.h"
#include "tools/postmulti/life_cycle.h"

#include <cstdlib>

namespace postern::postmulti {

namespace {

/// Only the default instance can be the primary one.
void check_primary(const Log& log) {
    const char* directory = std::getenv("MAIL_CONFIG");
    if (directory && *directory && directory != config::default_directory())
        log.fatal("MAIL_CONFIG={}: only {} can be the primary instance", directory,
                  config::default_directory());
}

int run(int argc, char** argv) {
    service::Command command("postmulti", argv[0]);
    const auto options = parse_options(argc, argv);
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    check_primary(command.log());
    const config::Config primary = command.load(config::default_directory());
    command.open_log(primary, LogRole::administration);
    const Log log = command.log();

    auto all = instances(primary);
    if (!all) log.fatal("{}", all.error().text);
    if (options->mode == Mode::edit) {
        const auto done = edit(*all, *options, log);
        if (!done) log.fatal("{}", done.error().text);
        return 0;
    }
    auto some = chosen(std::move(*all), *options);
    if (some.empty() && options->mode != Mode::list) log.fatal("No matching instances");
    switch (options->mode) {
    case Mode::postfix: return run_postfix(std::move(some), *options, primary, log);
    case Mode::command: return run_command(some, *options, log);
    default: list(some); return 0;
    }
}

}  // namespace

}  // namespace postern::postmulti

int main(int argc, char** argv) { return postern::postmulti::run(argc, argv); }
