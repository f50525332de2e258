// The source of a lookup table: "key whitespace value" (postmap(1), INPUT FILE FORMAT).
#pragma once

#include "lib/table/maintenance.h"

namespace postern::postmap {

class MapSource final : public table::SourceSyntax {
public:
    MapSource(table::Registry& registry, const table::CommandOptions& options)
        : registry_(registry), options_(options) {}

    Result<void> read(std::string_view content, const std::string& file, const Put& put) override;

private:
    table::Registry& registry_;
    const table::CommandOptions& options_;
};

}  // namespace postern::postmap
