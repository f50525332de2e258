// postcat: shows the contents of queue files (postcat(1)).
#include "lib/queue/spool.h"
#include "lib/service/command.h"
#include "lib/service/spool_of.h"
#include "tools/postcat/files.h"
#include "tools/postcat/options.h"
#include "tools/postcat/printer.h"

#include <cstdio>
#include <optional>
#include <string>

using namespace postern;
using namespace postern::postcat;

namespace {

void print(const Options& options, Result<NamedFile> found, Log log) {
    if (!found) log.fatal("{}", found.error().text);
    Printer printer(options, found->file.get(), found->name, stdout, log);
    auto printed = printer.print();
    std::fflush(stdout);
    if (!printed) log.fatal("{}", printed.error().text);
}

queue::Spool open_spool(const config::Config& config, Log log) {
    auto spool = queue::Spool::open(config.text("queue_directory"), service::spool_layout(config));
    if (!spool) log.fatal("{}", spool.error().text);
    return std::move(*spool);
}

}  // namespace

int main(int argc, char** argv) {
    service::Command command("postcat", argv[0]);
    const auto options = parse_options(argc, argv);
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    const auto config = command.load(options->config_directory);
    const Log log = command.log();

    if (options->in_queue) {
        const queue::Spool spool = open_spool(config, log);
        for (const std::string& id : options->names)
            print(*options, open_in_queue(spool, id), log);
    } else {
        if (options->names.empty()) print(*options, standard_input(), log);
        for (const std::string& name : options->names)
            print(*options, open_by_name(name), log);
    }
    if (std::fclose(stdout) != 0) log.fatal("write error on standard output");
}
