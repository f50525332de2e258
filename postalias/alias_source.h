// The source of an alias database: "name: value, value ..." (aliases(5)).
#pragma once

#include "lib/table/maintenance.h"

namespace postern::postalias {

class AliasSource final : public table::SourceSyntax {
public:
    /// `host_name` is what NIS would call the master of the map.
    AliasSource(table::Registry& registry, const table::CommandOptions& options,
                std::string host_name)
        : registry_(registry), options_(options), host_name_(std::move(host_name)) {}

    Result<void> read(std::string_view content, const std::string& file, const Put& put) override;
    /// "@" for sendmail, and when and where the map was made, for NIS.
    std::vector<table::Entry> further_entries() override;

private:
    table::Registry& registry_;
    const table::CommandOptions& options_;
    const std::string host_name_;
};

/// One entry. The name as it stands in a message, quoted where that is needed (local(8) looks it up
/// so); the value in standard form. Error: what is wrong with the line.
Result<table::Entry> parse_alias(std::string_view line);

}  // namespace postern::postalias
