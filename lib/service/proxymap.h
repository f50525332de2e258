// Requests to proxymap and proxywrite (private/proxymap): tables in another process.
#pragma once

#include "lib/service/codec.h"

#include <optional>
#include <string>

namespace postern::service {

struct TableAnswer {
    std::optional<std::string> value;   ///< nothing: not found
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("value", self.value);
    }
};

/// Looks up a key in a table of proxy_read_maps. Errors: permanent for a table that is not in
/// it; temporary for one that cannot tell.
struct LookUp {
    static constexpr std::string_view frame_name = "look_up";
    static constexpr bool is_idempotent = true;
    using Reply = TableAnswer;
    std::string table;        ///< "type:name"
    bool fold_case = true;
    bool utf8 = true;
    std::string key;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("table", self.table);
        visit("fold_case", self.fold_case);
        visit("utf8", self.utf8);
        visit("key", self.key);
    }
};

/// Stores a key in a table of proxy_write_maps, or removes it.
struct TableChanged {
    bool was_there = false;   ///< before a removal
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("was_there", self.was_there);
    }
};
struct UpdateTable {
    static constexpr std::string_view frame_name = "update";
    static constexpr bool is_idempotent = true;
    using Reply = TableChanged;
    std::string table;
    std::string key;
    std::optional<std::string> value;   ///< nothing: remove
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("table", self.table);
        visit("key", self.key);
        visit("value", self.value);
    }
};

/// The entry that follows the key `after` in a table of proxy_write_maps, or the first one.
struct TableEntry {
    std::optional<std::string> key, value;   ///< nothing: at the end
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("key", self.key);
        visit("value", self.value);
    }
};
struct NextEntry {
    static constexpr std::string_view frame_name = "next";
    static constexpr bool is_idempotent = true;
    using Reply = TableEntry;
    std::string table;
    std::optional<std::string> after;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("table", self.table);
        visit("after", self.after);
    }
};

}  // namespace postern::service
