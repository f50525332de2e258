// Away from Berkeley DB: with non_bdb_migration_level, what main.cf calls hash: and btree: is opened
// and made as another type.
#pragma once

#include "lib/config/config.h"

#include <optional>
#include <string>
#include <string_view>

namespace postern::table {

class Registry;

class Migration {
public:
    /// Nothing moves.
    Migration() = default;
    explicit Migration(const config::Config& config);

    /// The name under which a table is to be opened in place of "hash:/path" or "btree:/path": the
    /// type that non_bdb_custom_mapping has for it, else default_database_type or
    /// default_cache_db_type. Nothing: under its own. Error: the mapping cannot tell, or leads to
    /// Berkeley DB again.
    Result<std::optional<std::string>> target(std::string_view name, Registry& registry) const;
    bool is_logged() const noexcept { return is_logged_; }

private:
    Result<std::string> custom_type(std::string_view type, std::string_view path,
                                    Registry& registry) const;

    bool is_on_ = false, is_logged_ = false;
    std::string hash_type_, btree_type_, custom_mapping_;
};

}  // namespace postern::table
