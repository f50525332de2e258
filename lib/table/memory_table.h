// A table that is all in memory.
#pragma once

#include "lib/table/dictionary.h"

#include <unordered_map>

namespace postern::table {

/// Keys and values, found without a copy of the key.
class EntryMap {
public:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const noexcept {
            return std::hash<std::string_view>()(key);
        }
    };
    using Map = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

    std::optional<std::string> find(std::string_view key) const;
    /// False, and nothing changes, when the key is there.
    bool add(std::string key, std::string value);
    void put(std::string_view key, std::string_view value);
    bool remove(std::string_view key);
    const Map& map() const noexcept { return map_; }

private:
    Map map_;
};

/// A dictionary of what was read once, from a file (then watched) or from its name.
std::unique_ptr<Dictionary> memory_dictionary(EntryMap entries, uid_t owner = 0,
                                              std::vector<std::string> watched_files = {});

/// Walks through a map that outlives the cursor and does not change meanwhile.
std::unique_ptr<Cursor> cursor_over(const EntryMap& entries);

}  // namespace postern::table
