// What a table type implements. The registry makes a Table of it, which adds what all types have
// in common: the name, the case of keys, the rules of UTF-8.
#pragma once

#include "lib/table/table.h"

namespace postern::table {

class Registry;

/// The entries behind one "type:name". The members mean what they mean in Table.
class Dictionary {
public:
    virtual ~Dictionary() = default;

    /// Errors name what failed, not the table.
    virtual Answer<Found> find(std::string_view key) = 0;
    virtual KeyKind key_kind() const { return KeyKind::exact; }
    /// Keys are stored in lower case, so that lookups fold theirs.
    virtual bool folds_keys() const { return key_kind() == KeyKind::exact; }
    virtual uid_t owner() const { return 0; }
    virtual std::vector<std::string> watched_files() const { return {}; }
    virtual Result<std::unique_ptr<Cursor>> entries() {
        return permanent("sequence operation is not supported");
    }
};

using OpenedDictionary = Result<std::unique_ptr<Dictionary>>;

/// What a type is given to open a table with.
struct Opening {
    std::string name;              ///< what follows "type:"
    const OpenOptions& options;
    Registry& registry;
};

using Opener = OpenedDictionary (*)(const Opening& opening);

}  // namespace postern::table
