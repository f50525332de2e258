// texthash:/file: the source of a hash: table, read into memory instead of being compiled.
#include "lib/base/fd.h"
#include "lib/table/fold.h"
#include "lib/table/memory_table.h"
#include "lib/table/registry.h"
#include "lib/table/source_file.h"
#include "lib/table/table_file.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

OpenedDictionary open_texthash(const Opening& opening) {
    auto file = read_table_file(opening.name, "open database ");
    if (!file) return file.error();
    const auto& options = opening.options;
    const EntryReader reader(opening.name, options.utf8, " -- ignoring this line",
                             [&opening](const std::string& text) { opening.registry.warn(text); });
    EntryMap entries;
    auto done = reader.read(file->content, [&](std::size_t line, KeyValue entry) {
        auto key = options.fold_case ? folded(entry.key, options.utf8) : std::string(entry.key);
        if (entries.find(key))
            reader.warn(line, fmt::format("duplicate entry: \"{}\"", key));
        else
            entries.add(std::move(key), std::string(entry.value));
        return success();
    });
    if (!done) return done.error();
    return memory_dictionary(std::move(entries), file->owner, {opening.name});
}

}  // namespace postern::table
