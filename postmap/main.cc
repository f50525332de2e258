// postmap: makes, updates and queries lookup tables (postmap(1)).
#include "lib/service/table_command.h"
#include "postmap/map_source.h"
#include "postmap/message_keys.h"

namespace {

using namespace postern;

Result<bool> query(table::Maintenance& tables, const table::CommandOptions& options,
                   std::istream& input) {
    if (options.queries_body || options.queries_header)
        return postmap::query_message(tables, options, input);
    return tables.query_lines(input);
}

}  // namespace

int main(int argc, char** argv) {
    const service::TableCommand postmap{
        .name = "postmap",
        .letters = "bc:d:fFhijmnNopq:rsuUvw",
        .separator = "\t",
        .syntax = [](auto& registry, const auto& options, const config::Config&) {
            return std::make_unique<postmap::MapSource>(registry, options);
        },
        .query = query};
    return service::run_table_command(postmap, argc, argv);
}
