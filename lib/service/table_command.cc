// Commands on tables; see the header.
#include "lib/service/table_command.h"

#include "lib/service/command.h"
#include "lib/service/proxymap_backend.h"

#include <cstdlib>
#include <iostream>

namespace postern::service {

namespace {

using table::CommandOptions;
using table::Maintenance;

Result<bool> build(const TableCommand& what, table::Registry& registry,
                   const CommandOptions& options, const config::Config& config) {
    const auto syntax = what.syntax(registry, options, config);
    for (const auto& name : options.tables)
        if (auto built = table::build_table(registry, options, name, *syntax); !built)
            return built.error();
    return true;
}

Result<bool> run(const TableCommand& what, table::Registry& registry, Maintenance& tables,
                 const CommandOptions& options, const config::Config& config) {
    constexpr std::string_view standard_input = "-";
    if (options.query)
        return options.query == standard_input ? what.query(tables, options, std::cin)
                                               : tables.query(*options.query);
    if (options.remove)
        return options.remove == standard_input ? tables.remove_lines(std::cin)
                                                : tables.remove(*options.remove);
    if (options.lists_entries) return tables.list();
    return build(what, registry, options, config);
}

}  // namespace

int run_table_command(const TableCommand& what, int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    Command command(what.name, what.name);
    auto options = table::parse_command_options(argc, argv, what.name, what.letters);
    if (!options) command.log().fatal("{}", options.error().text);
    command.set_verbosity(options->verbosity);
    if (options->config_directory)   // for whoever looks at the environment: environ:
        ::setenv("MAIL_CONFIG", options->config_directory->c_str(), 1);
    const auto config = command.load(options->config_directory);
    command.open_log(config, LogRole::command);
    for (auto& name : options->tables)
        name = table::with_type(name, config.text("default_database_type"));

    event::Loop loop;
    ProxymapBackend proxymap(loop, config, config.text("queue_directory"));
    table::Registry registry(config, {.warn = [log = command.log()](const std::string& text) {
                                          log.line(Severity::warning, text);
                                      },
                                      .loop = &loop,
                                      .proxy = &proxymap,
                                      .inform = [log = command.log()](const std::string& text) {
                                          log.line(Severity::info, text);
                                      }});
    Maintenance tables(registry, loop, *options, what.separator);
    const auto done = run(what, registry, tables, *options, config);
    if (!done) command.log().fatal("{}", done.error().text);
    if (std::fflush(stdout) != 0)
        command.log().fatal("{}", system_error("write to standard output").text);
    return *done ? 0 : 1;
}

}  // namespace postern::service
