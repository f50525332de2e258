// postmap: makes, updates and queries lookup tables (postmap(1)).
#include "lib/service/command.h"
#include "lib/table/maintenance.h"
#include "postmap/map_source.h"
#include "postmap/message_keys.h"

#include <cstdlib>
#include <iostream>

namespace {

using namespace postern;
using table::CommandOptions;
using table::Maintenance;

Result<bool> query(Maintenance& tables, const CommandOptions& options) {
    if (*options.query != "-") return tables.query(*options.query);
    if (options.queries_body || options.queries_header)
        return postmap::query_message(tables, options, std::cin);
    return tables.query_lines(std::cin);
}

Result<bool> run(Maintenance& tables, table::Registry& registry, const CommandOptions& options) {
    if (options.query) return query(tables, options);
    if (options.remove)
        return *options.remove == "-" ? tables.remove_lines(std::cin)
                                      : tables.remove(*options.remove);
    if (options.lists_entries) return tables.list();
    postmap::MapSource syntax(registry, options);
    for (const auto& name : options.tables)
        if (auto built = table::build_table(registry, options, name, syntax); !built)
            return built.error();
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    service::Command command("postmap", "postmap");
    auto options = table::parse_command_options(argc, argv, "postmap", "bc:d:fFhijmnNopq:rsuUvw");
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    if (options->config_directory)   // for whoever looks at the environment: environ:
        ::setenv("MAIL_CONFIG", options->config_directory->c_str(), 1);
    const auto config = command.load(options->config_directory);
    command.open_log(config, LogRole::command);
    for (auto& name : options->tables)
        name = table::with_type(name, config.text("default_database_type"));

    postern::event::Loop loop;
    table::Registry registry(config, {.warn = [log = command.log()](const std::string& text) {
                                          log.line(Severity::warning, text);
                                      },
                                      .loop = &loop});
    Maintenance tables(registry, loop, *options, "\t");
    const auto done = run(tables, registry, *options);
    if (!done) command.log().fatal("{}", done.error().text);
    if (std::fflush(stdout) != 0)
        command.log().fatal("{}", system_error("write to standard output").text);
    return *done ? 0 : 1;
}
