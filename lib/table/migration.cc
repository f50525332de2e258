// Types in place of others; see the header.
#include "lib/table/migration.h"

#include "lib/base/strings.h"
#include "lib/table/registry.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

bool is_berkeley(std::string_view type) { return type == "hash" || type == "btree"; }

}  // namespace

Migration::Migration(const config::Config& config)
    : is_on_(config.text("non_bdb_migration_level") != "disable"),
      is_logged_(config.boolean("non_bdb_migration_log_redirect")),
      hash_type_(config.text("default_database_type")),
      btree_type_(config.text("default_cache_db_type")),
      custom_mapping_(config.text("non_bdb_custom_mapping")) {}

/// "" where the mapping has nothing.
Result<std::string> Migration::custom_type(std::string_view type, std::string_view path,
                                           Registry& registry) const {
    if (custom_mapping_.empty()) return std::string();
    const auto mapping_type = cut(custom_mapping_, ':');
    if (mapping_type && is_berkeley(mapping_type->first))
        return permanent("non_bdb_custom_mapping: a table of type " +
                         std::string(mapping_type->first) + " cannot be used here");
    auto table = registry.open(custom_mapping_);
    if (!table) return table.error().in("non_bdb_custom_mapping");
    for (const std::string& key : {fmt::format("{}:{}", type, path), std::string(type)}) {
        auto answer = (*table)->find(key);
        if (!answer.await_ready())
            return permanent("non_bdb_custom_mapping: a table on the network cannot be used here");
        auto found = answer.await_resume();
        if (!found) return found.error();
        if (*found) return std::move(**found);
    }
    return std::string();
}

Result<std::optional<std::string>> Migration::target(std::string_view name,
                                                     Registry& registry) const {
    using Target = std::optional<std::string>;
    const auto parts = cut(name, ':');
    if (!is_on_ || !parts || !is_berkeley(parts->first)) return Target();
    auto type = custom_type(parts->first, parts->second, registry);
    if (!type) return type.error();
    if (type->empty()) type = parts->first == "hash" ? hash_type_ : btree_type_;
    if (is_berkeley(*type))
        return permanent(fmt::format("{}: non_bdb_migration_level is on, and leads to {}: set {}",
                                     name, *type,
                                     parts->first == "hash" ? "default_database_type"
                                                            : "default_cache_db_type"));
    return Target(fmt::format("{}:{}", *type, parts->second));
}

}  // namespace postern::table
