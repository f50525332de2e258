// Opens tables for writing.
#include "lib/table/store.h"

#include "lib/base/strings.h"
#include "lib/table/registry.h"
#include "lib/table/store_types.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::table {

namespace {

struct WritableType {
    std::string_view name;
    OpenedStore (*open)(const StoreOpening&);   ///< null: cannot be updated
    BegunTable (*make)(const StoreOpening&);    ///< null: cannot be made
};

constexpr WritableType writable_types[] = {
    {"btree", open_btree_store, make_btree},
    {"cdb", nullptr, make_cdb},
    {"fail", open_fail_store, make_fail},
    {"hash", open_hash_store, make_hash},
    {"internal", open_internal_store, nullptr},
    {"lmdb", open_lmdb_store, make_lmdb},
};

struct Named {
    const WritableType* type;   ///< null: not one of them
    std::string_view type_name, name;
};

Result<Named> parse(std::string_view name) {
    const auto parts = cut(name, ':');
    if (!parts || parts->first.empty() || parts->second.empty())
        return permanent(fmt::format(
            "open dictionary: expecting \"type:name\" form instead of \"{}\"", name));
    const auto* type = std::ranges::find(writable_types, parts->first, &WritableType::name);
    return Named{type == std::end(writable_types) ? nullptr : type, parts->first, parts->second};
}

}  // namespace

OpenedStore open_store(Registry& registry, std::string_view name, const StoreOptions& options) {
    auto own = registry.own_name(name);
    if (!own) return own.error();
    auto parsed = parse(*own);
    if (!parsed) return parsed.error();
    if (!parsed->type || !parsed->type->open) {
        // An unknown type, or a file that is not there, is the better reason.
        if (auto table = registry.open(name); !table) return table.error();
        return permanent(
            fmt::format("table {}: {} operation is not supported", name, options.operation));
    }
    return parsed->type->open({std::string(parsed->name), options, registry});
}

BegunTable make_table(Registry& registry, std::string_view name, const StoreOptions& options) {
    auto own = registry.own_name(name);
    if (!own) return own.error();
    auto parsed = parse(*own);
    if (!parsed) return parsed.error();
    if (!parsed->type || !parsed->type->make) {
        if (!Registry::is_table_name(name))
            return permanent(
                fmt::format("unsupported dictionary type: {}", parsed->type_name));
        return permanent(
            fmt::format("unsupported dictionary type: {} does not support bulk-mode creation.",
                        parsed->type_name));
    }
    return parsed->type->make({std::string(parsed->name), options, registry});
}

OpenedStore open_fail_store(const StoreOpening& opening) {
    return temporary(fmt::format("table fail:{}: {} error: Application error", opening.name,
                                 opening.options.operation));
}
BegunTable make_fail(const StoreOpening& opening) {
    return temporary(fmt::format("table fail:{}: {} error: Application error", opening.name,
                                 opening.options.operation));
}

}  // namespace postern::table
