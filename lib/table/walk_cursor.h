// The entries of a database file, one after another.
#pragma once

#include "lib/table/nul.h"
#include "lib/table/table.h"

namespace postern::table {

/// `Walk::next()` gives them as they lie in the file; here they have lost the NULs at their ends.
template <class Walk>
class WalkCursor final : public Cursor {
public:
    explicit WalkCursor(Walk walk) : walk_(std::move(walk)) {}
    Result<std::optional<Entry>> next() override {
        auto entry = walk_.next();
        if (!entry || !*entry) return entry;
        return std::optional(Entry{without_nul(std::move((*entry)->key)),
                                   without_nul(std::move((*entry)->value))});
    }

private:
    Walk walk_;
};

}  // namespace postern::table
