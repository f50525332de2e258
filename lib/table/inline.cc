// inline:{ key=value, { key = text with blanks } }: a few entries in main.cf itself.
#include "lib/base/strings.h"
#include "lib/table/braces.h"
#include "lib/table/fold.h"
#include "lib/table/memory_table.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

constexpr std::string_view form = "inline:{name=value...}";

/// "key = value", with or without braces around it.
Result<Entry> parse_entry(const std::string& piece) {
    auto text = piece.starts_with('{') ? inside_braces(piece) : Result<std::string>(piece);
    if (!text) return text.error();
    const auto parts = cut(*text, '=');
    if (!parts) return permanent("missing '=' after attribute name");
    return Entry{std::string(trim(parts->first)), std::string(trim(parts->second))};
}

Error in_name(std::string_view problem, const std::string& name) {
    return permanent(fmt::format("{}: \"inline:{}\"; need \"{}\"", problem, name, form));
}

}  // namespace

OpenedDictionary open_inline(const Opening& opening) {
    auto pieces = braced_list(opening.name);
    if (!pieces || pieces->empty()) return in_name("bad syntax", opening.name);
    EntryMap entries;
    for (const auto& piece : *pieces) {
        auto entry = parse_entry(piece);
        if (!entry) return in_name(entry.error().text, opening.name);
        auto key = opening.options.fold_case ? folded(entry->key, opening.options.utf8)
                                             : std::move(entry->key);
        entries.put(key, entry->value);
    }
    return memory_dictionary(std::move(entries));
}

}  // namespace postern::table
