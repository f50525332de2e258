// postsuper: the superintendent of the queue (postsuper(1)).
#include "lib/service/command.h"
#include "lib/service/identity.h"
#include "lib/service/spool_of.h"
#include "tools/postsuper/messages.h"
#include "tools/postsuper/options.h"
#include "tools/postsuper/structure.h"

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

using namespace postern;
using namespace postern::postsuper;

namespace {

template <class T>
T must(Result<T> result, Log log) {
    if (!result) log.fatal("{}", result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// To the queue directory, and to the rights of the mail owner: nothing in the queue can lead us
/// to a file that is not his.
queue::Spool enter_spool(const config::Config& config, Log log) {
    const service::Identity owner = must(service::mail_owner(config), log);
    if (geteuid() != 0 && geteuid() != owner.user)
        log.fatal("use of this command is reserved for the superuser");
    const std::string directory = config.text("queue_directory");
    if (chdir(directory.c_str()) != 0) log.fatal("{}", system_error("chdir " + directory).text);
    if (geteuid() == 0) must(service::become_for_good(owner), log);
    return must(service::spool_here(config), log);
}

void mend(const Options& options, const config::Config& config, const queue::Spool& spool,
          Log log) {
    Structure structure(
        spool, {config.boolean("enable_long_queue_ids"), options.check_long_names, options.queues},
        log);
    Result<void> mended = success();
    if (options.check_structure) mended = structure.repair();
    if (mended && options.purge) mended = structure.purge(system_clock().wall());
    if (mended && (options.check_structure || options.purge))
        mended = structure.remove_needless_folders();
    const int renamed = structure.renamed();
    if (renamed > 0) {
        log.info("Renamed to match inode number: {} message{}", renamed, renamed == 1 ? "" : "s");
        log.warning("QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS");
    }
    if (mended) return;
    log.line(Severity::fatal, mended.error().text);
    log.warning("OPERATION INCOMPLETE -- RERUN COMMAND TO FIX THE QUEUE FIRST");
    std::exit(EXIT_FAILURE);
}

}  // namespace

int main(int argc, char** argv) {
    service::Command command("postsuper", argv[0]);
    const Log log = command.log();
    const Options options = must(parse_options(argc, argv), log);
    command.set_verbosity(options.verbosity);
    const config::Config config = command.load(options.config_directory);
    command.open_log(config, LogRole::administration);
    const queue::Spool spool = enter_spool(config, command.log());

    mend(options, config, spool, command.log());
    Messages messages(spool, options.queues, command.log());
    for (const Request& request : options.requests) {
        auto done = messages.perform(request);
        if (done) continue;
        messages.report();
        command.log().fatal("{}", done.error().text);
    }
    messages.report();
}
