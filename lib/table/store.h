// Tables that are written: caches that a daemon keeps, and what postmap changes in place.
#pragma once

#include "lib/table/table.h"

namespace postern::table {

class Registry;

/// What put() does with a key that is there.
enum class OnDuplicate { keep, replace };

/// One open table for reading and writing, by one process at a time where the type wants that.
/// The key's case is folded by the caller. Errors are temporary and name the file.
class Store {
public:
    virtual ~Store() = default;

    virtual Result<std::optional<std::string>> find(std::string_view key) = 0;
    /// False when the key was there and is kept.
    virtual Result<bool> put(std::string_view key, std::string_view value,
                             OnDuplicate on_duplicate) = 0;
    /// False when there was no such key.
    virtual Result<bool> remove(std::string_view key) = 0;
    /// The entry behind `after` (which may have been removed since), or the first one.
    virtual Result<std::optional<Entry>> next(std::optional<std::string_view> after) = 0;
    /// What was written is on disk.
    virtual Result<void> sync() = 0;
};

/// The NUL that may end keys and values: Postfix on this system writes it (postmap -N and -n).
enum class Nul { with, without, as_found };

struct StoreOptions {
    mode_t mode = 0600;          ///< of a file that is made
    bool may_create = true;
    bool keeps_entries = false;  ///< make_table: begin with what is there (postmap -i)
    Nul nul = Nul::as_found;     ///< as_found writes as the type does by default
    std::string_view operation = "update";   ///< named when a type does not support it
};

/// Opens "type:name", and waits for the exclusive lock, which is held as long as the store is.
/// Error: permanent when the type cannot be updated ("table cdb:x: update operation is not
/// supported"), or the file's error.
Result<std::unique_ptr<Store>> open_store(Registry& registry, std::string_view name,
                                          const StoreOptions& options = {});

/// A new table from scratch: what is written here appears all at once, with commit(), in the
/// place of the table that was there; without it nothing changes.
class TableMaker {
public:
    virtual ~TableMaker() = default;
    /// False when the key was added before and is kept.
    virtual Result<bool> put(std::string_view key, std::string_view value,
                             OnDuplicate on_duplicate) = 0;
    /// The same for an entry that never has a NUL at its end, whatever the others have.
    virtual Result<bool> put_plain(std::string_view key, std::string_view value,
                                   OnDuplicate on_duplicate) = 0;
    virtual Result<void> commit() = 0;
    /// How Postfix names the table in messages about duplicates: "FILE.db", "lmdb:FILE", "FILE".
    virtual std::string shown() const = 0;
};

/// Begins "type:name". Error: permanent when the type cannot be made ("unsupported dictionary
/// type: regexp does not support bulk-mode creation."), or the file's error. A file that is replaced keeps its owner and mode; a new one gets
/// `options.mode`. Holds the locks that Postfix's own commands take until it is destroyed.
Result<std::unique_ptr<TableMaker>> make_table(Registry& registry, std::string_view name,
                                               const StoreOptions& options = {});

}  // namespace postern::table
