// Queries, removals, listings.
#include "lib/table/maintenance.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/table/fold.h"

#include <fmt/format.h>

#include <istream>

namespace postern::table {

namespace {

/// A string of JSON (RFC 8259 section 7).
std::string json(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (static_cast<unsigned char>(c) < 32)
            result += fmt::format("\\u{:04x}", c);
        else
            result += c;
    }
    return result + '"';
}

Task<Found> wait_for(Table& table, std::string_view key) { co_return co_await table.find(key); }

}  // namespace

Maintenance::Maintenance(Registry& registry, event::Loop& loop, const CommandOptions& options,
                         std::string_view separator)
    : registry_(registry), loop_(loop), options_(options), separator_(separator) {}

OpenOptions Maintenance::open_options() const {
    const bool reads_message = options_.queries_body || options_.queries_header;
    return {.fold_case = options_.folds_keys,
            .utf8 = !options_.without_utf8 && (!reads_message || options_.with_utf8),
            .in_place = true};
}

Result<const std::vector<std::shared_ptr<Table>>*> Maintenance::tables() {
    if (!tables_.empty()) return &tables_;
    for (const auto& name : options_.tables) {
        auto table = registry_.open(name, open_options());
        if (!table) return table.error();
        tables_.push_back(std::move(*table));
    }
    return &tables_;
}

Result<std::optional<std::string>> Maintenance::find(std::string_view key) {
    auto opened = tables();
    if (!opened) return opened.error();
    for (const auto& table : **opened) {
        auto answer = table->find(key);
        auto found = answer.await_ready() ? answer.await_resume()
                                          : loop_.run(wait_for(*table, key));
        if (!found) return found;
        if (!*found) continue;
        if ((*found)->empty()) {
            registry_.warn(fmt::format("table {}: key {}: empty string result is not allowed",
                                       table->name(), key));
            registry_.warn(fmt::format("table {} should return NO RESULT in case of NOT FOUND",
                                       table->name()));
        }
        auto shown = shown_value(table->name(), key, std::move(**found));
        if (!shown) return shown.error();
        return std::optional(std::move(*shown));
    }
    return std::optional<std::string>();
}

Result<std::string> Maintenance::shown_value(const std::string& table, std::string_view key,
                                             std::string value) const {
    if (!options_.has_file_values) return value;
    if (auto decoded = base64_decoded(value)) return std::move(*decoded);
    registry_.warn(fmt::format("table {}: key {}: malformed BASE64 value: {}", table, key, value));
    return permanent(fmt::format("table {}: query error", table));
}

void Maintenance::show(std::string_view key, std::string_view value) const {
    if (options_.as_json)
        fmt::print("{{{}: {}}}\n", json(key), json(value));
    else
        fmt::print("{}{}{}\n", key, separator_, value);
}

Result<bool> Maintenance::query(const std::string& key) {
    auto found = find(key);
    if (!found) return found.error();
    if (!*found) return false;
    if (options_.as_json)
        show(key, **found);
    else
        fmt::print("{}\n", **found);
    return true;
}

Result<bool> Maintenance::query_and_show(std::string_view key) {
    auto found = find(key);
    if (!found) return found.error();
    if (!*found) return false;
    show(key, **found);
    return true;
}

Result<bool> Maintenance::query_lines(std::istream& input) {
    bool has_found = false;
    for (std::string line; std::getline(input, line);) {
        auto found = query_and_show(line);
        if (!found) return found;
        has_found = has_found || *found;
    }
    return has_found;
}

Result<std::vector<std::unique_ptr<Store>>> Maintenance::stores() const {
    std::vector<std::unique_ptr<Store>> stores;
    for (const auto& name : options_.tables) {
        auto store = open_store(registry_, name, {.may_create = false, .operation = "delete"});
        if (!store) return store.error();
        stores.push_back(std::move(*store));
    }
    return stores;
}

Result<bool> Maintenance::remove_from(std::vector<std::unique_ptr<Store>>& stores,
                                      std::string_view key) {
    const bool utf8 = registry_.settings().smtputf8_enable && !options_.without_utf8;
    const auto folded_key = options_.folds_keys ? folded(key, utf8) : std::string(key);
    bool was_there = false;
    for (auto& store : stores) {
        auto removed = store->remove(folded_key);
        if (!removed) return removed;
        if (auto synced = store->sync(); !synced) return synced.error();
        was_there = was_there || *removed;
    }
    return was_there;
}

Result<bool> Maintenance::remove(const std::string& key) {
    auto opened = stores();
    if (!opened) return opened.error();
    return remove_from(*opened, key);
}

Result<bool> Maintenance::remove_lines(std::istream& input) {
    auto opened = stores();
    if (!opened) return opened.error();
    bool was_there = false;
    for (std::string line; std::getline(input, line);) {
        auto removed = remove_from(*opened, line);
        if (!removed) return removed;
        was_there = was_there || *removed;
    }
    return was_there;
}

Result<bool> Maintenance::list() {
    auto opened = tables();
    if (!opened) return opened.error();
    const auto& table = (*opened)->front();
    auto cursor = table->entries();
    if (!cursor) return cursor.error();
    for (;;) {
        auto entry = (*cursor)->next();
        if (!entry) return entry.error().in("table " + table->name());
        if (!*entry) return true;
        auto value = shown_value(table->name(), (*entry)->key, std::move((*entry)->value));
        if (!value) return value.error();
        show((*entry)->key, *value);
    }
}

}  // namespace postern::table
