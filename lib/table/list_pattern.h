// The patterns of a list in main.cf: "a.example, !b.example, /file/name, hash:/table". What they
// mean, the list says: domains, hosts and networks.
#pragma once

#include "lib/table/registry.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::table {

struct ListPattern {
    /// Text as it stands in the list, or a table. Shared, as the registry opens each table once.
    std::variant<std::string, std::shared_ptr<Table>> what;
    bool is_excluded = false;   ///< "!" before it, or before the file that it came from
};

struct ListPatterns {
    std::vector<ListPattern> patterns;
    std::vector<std::string> files;   ///< "/file/name" patterns, which were replaced by their lines
};

/// Reads the value of a list. Tables that do not open are unavailable ones. Errors, permanent: a
/// file that cannot be read, more than ten files in files, "!" alone.
Result<ListPatterns> read_list_patterns(std::string_view value, Registry& registry);

}  // namespace postern::table
