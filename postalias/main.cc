// postalias: makes, updates and queries alias databases (postalias(1)).
#include "lib/service/command.h"
#include "lib/table/maintenance.h"
#include "postalias/alias_source.h"

#include <cstdlib>
#include <iostream>

namespace {

using namespace postern;
using table::CommandOptions;
using table::Maintenance;

Result<bool> run(Maintenance& tables, table::Registry& registry, const CommandOptions& options,
                 const std::string& host_name) {
    if (options.query)
        return *options.query == "-" ? tables.query_lines(std::cin) : tables.query(*options.query);
    if (options.remove)
        return *options.remove == "-" ? tables.remove_lines(std::cin)
                                      : tables.remove(*options.remove);
    if (options.lists_entries) return tables.list();
    postalias::AliasSource syntax(registry, options, host_name);
    for (const auto& name : options.tables)
        if (auto built = table::build_table(registry, options, name, syntax); !built)
            return built.error();
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    service::Command command("postalias", "postalias");
    auto options = table::parse_command_options(argc, argv, "postalias", "Nc:d:fijnopq:rsuvw");
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
    Maintenance tables(registry, loop, *options, ":\t");
    const auto done = run(tables, registry, *options, config.text("myhostname"));
    if (!done) command.log().fatal("{}", done.error().text);
    if (std::fflush(stdout) != 0)
        command.log().fatal("{}", system_error("write to standard output").text);
    return *done ? 0 : 1;
}
