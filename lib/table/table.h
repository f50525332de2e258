// Lookup tables: one interface over hash:, btree:, lmdb:, regexp:, proxy: and all others.
#pragma once

#include "lib/base/result.h"
#include "lib/event/task.h"

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::table {

/// Found with its value, not there (no value), or could not tell (error): the last is always
/// "try again later", never "not found".
using Found = Result<std::optional<std::string>>;

/// How the keys of a table are meant.
enum class KeyKind {
    exact,     ///< hash: and its like: the caller may try parts of an address or domain
    pattern,   ///< regexp:, pcre:, cidr: one lookup with the whole key, no partial keys
};

struct Entry {
    std::string key;
    std::string value;
};

/// Walks through a table, in the order in which the table has them.
class Cursor {
public:
    virtual ~Cursor() = default;
    /// Nothing after the last entry.
    virtual Result<std::optional<Entry>> next() = 0;
};

/// One open lookup table, read only. Keys are looked up as they are; the table folds their case
/// where its type does so.
class Table {
public:
    virtual ~Table() = default;

    /// Ready at once for tables in memory or in local files. `key` lives until the answer is
    /// awaited to its end.
    virtual Answer<Found> find(std::string_view key) = 0;

    /// "type:name" as main.cf spells it; for messages.
    virtual const std::string& name() const = 0;
    virtual KeyKind key_kind() const { return KeyKind::exact; }

    /// The owner of the table's file (0: root, or built in): who may be trusted for commands and
    /// files found in it. (uid_t)-1: unknown.
    virtual uid_t owner() const { return 0; }

    /// The files to watch for changes; a daemon retires when one of them changes. None for
    /// types that follow changes by themselves (lmdb:) or live elsewhere (network tables).
    virtual std::vector<std::string> watched_files() const { return {}; }

    /// All entries, from the first on. Error: the type cannot list them.
    virtual Result<std::unique_ptr<Cursor>> entries() {
        return permanent(name() + ": sequence operation is not supported");
    }
};

/// How to open a table.
struct OpenOptions {
    bool fold_case = true;         ///< lower-case keys before lookup (fixed-key types)
    bool fold_pattern_case = true; ///< regexp: and pcre: match without regard to case by default
    bool utf8 = true;              ///< keys and values must be valid UTF-8 (smtputf8_enable)
    bool in_place = false;         ///< commands: read the file under its lock, without a copy
    bool is_sensitive = false;     ///< for user ids, files or commands: proxy: is not asked, but
                                   ///< the table behind it opened here (proxymap(8), SECURITY)
};

/// A list of tables, "hash:/etc/a, regexp:/etc/b" as main.cf has it: the first that knows wins.
class Maps {
public:
    Maps() = default;
    explicit Maps(std::vector<std::shared_ptr<Table>> tables) : tables_(std::move(tables)) {}

    bool empty() const noexcept { return tables_.empty(); }
    const std::vector<std::shared_ptr<Table>>& tables() const noexcept { return tables_; }

    /// The whole key only. An error of one table ends the search; an empty value is an error, too.
    Answer<Found> find(std::string_view key) const;
    /// As find, but only in tables of KeyKind::exact; for partial keys.
    Answer<Found> find_partial(std::string_view key) const;
    /// The table that answered, too; for whoever must know its owner.
    struct From {
        std::string value;
        const Table* table;
    };
    Answer<Result<std::optional<From>>> find_from(std::string_view key) const;

private:
    // Shared because one table is opened once per process, however many parameters name it.
    std::vector<std::shared_ptr<Table>> tables_;
};

}  // namespace postern::table
