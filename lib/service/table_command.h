// postmap and postalias: commands that make, change and query lookup tables, each with a syntax of
// its own for the sources.
#pragma once

#include "lib/config/config.h"
#include "lib/table/maintenance.h"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string_view>

namespace postern::service {

/// What one has and the other has not.
struct TableCommand {
    std::string_view name;
    std::string_view letters;     ///< its options, as getopt(3) has them
    std::string_view separator;   ///< between key and value on output
    /// Reads the sources of new tables.
    std::function<std::unique_ptr<table::SourceSyntax>(
        table::Registry& registry, const table::CommandOptions& options, const config::Config& config)>
        syntax;
    /// -q -: takes its keys from `input`; whether any was found.
    std::function<Result<bool>(table::Maintenance& tables, const table::CommandOptions& options,
                               std::istream& input)>
        query;
};

/// Does what the command line asks for. The exit status: 1 when no key was found, and on errors,
/// which are told on standard error and in the log.
int run_table_command(const TableCommand& what, int argc, char** argv);

}  // namespace postern::service
