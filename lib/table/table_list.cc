// Tables made of tables.
#include "lib/table/table_list.h"

#include "lib/table/braces.h"
#include "lib/table/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::table {

Result<std::vector<std::shared_ptr<Table>>> open_listed(std::string_view type,
                                                        const Opening& opening) {
    auto names = braced_list(opening.name);
    if (!names || names->empty())
        return permanent(fmt::format("bad syntax: \"{0}:{1}\"; need \"{0}:{{type:name...}}\"", type,
                                     opening.name));
    std::vector<std::shared_ptr<Table>> tables;
    for (const auto& name : *names) {
        auto table = opening.registry.open(name, opening.options);
        if (!table) return table.error();
        tables.push_back(std::move(*table));
    }
    return tables;
}

KeyKind kind_of(const std::vector<std::shared_ptr<Table>>& tables) {
    const bool has_pattern = std::ranges::any_of(
        tables, [](const auto& table) { return table->key_kind() == KeyKind::pattern; });
    return has_pattern ? KeyKind::pattern : KeyKind::exact;
}

std::vector<std::string> watched_files_of(const std::vector<std::shared_ptr<Table>>& tables) {
    std::vector<std::string> files;
    for (const auto& table : tables) std::ranges::copy(table->watched_files(), back_inserter(files));
    return files;
}

uid_t owner_of(const std::vector<std::shared_ptr<Table>>& tables) {
    const uid_t owner = tables.front()->owner();
    const bool is_one = std::ranges::all_of(
        tables, [owner](const auto& table) { return table->owner() == owner; });
    return is_one ? owner : static_cast<uid_t>(-1);
}

}  // namespace postern::table
