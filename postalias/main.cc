// postalias: makes, updates and queries alias databases (postalias(1)).
#include "lib/service/table_command.h"
#include "postalias/alias_source.h"

int main(int argc, char** argv) {
    using namespace postern;
    const service::TableCommand postalias{
        .name = "postalias",
        .letters = "Nc:d:fijnopq:rsuvw",
        .separator = ":\t",
        .syntax = [](auto& registry, const auto& options, const config::Config& config) {
            return std::make_unique<postalias::AliasSource>(registry, options,
                                                            config.text("myhostname"));
        },
        .query = [](auto& tables, const auto&, auto& input) { return tables.query_lines(input); }};
    return service::run_table_command(postalias, argc, argv);
}
