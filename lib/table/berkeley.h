// Berkeley DB 5.3 files, the only place that knows that library.
#pragma once

#include "lib/config/config.h"
#include "lib/table/store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct __db;
struct __dbc;

namespace postern::table {

enum class BerkeleyKind { hash, btree };
enum class Access { read, update, create };

/// One open database, without locks: the caller holds them. Keys and values as they lie in the
/// file, with their NUL, if any.
class BerkeleyFile {
public:
    /// `cache`: bytes of memory for pages. Errors are "open database SHOWN: ...".
    static Result<BerkeleyFile> open(const std::string& path, const std::string& shown,
                                     BerkeleyKind kind, Access access, config::ByteCount cache);

    Result<std::optional<std::string>> get(std::string_view key) const;
    /// False when the key is there and `replace` is not set.
    Result<bool> put(std::string_view key, std::string_view value, bool replace);
    /// False when there was no such key.
    Result<bool> remove(std::string_view key);
    /// Writes what is only in memory.
    Result<void> sync();
    /// Reads every page of the file at `path`, which nobody changes meanwhile. False: it is damaged.
    static bool is_whole(const std::string& path);

    /// Walks through all entries. Lives no longer than the file.
    class Walk {
    public:
        Result<std::optional<Entry>> next();
        /// The entries behind `key`, which was the last one given.
        Result<void> continue_after(std::string_view key);

    private:
        friend class BerkeleyFile;
        struct Close {
            void operator()(__dbc* cursor) const;
        };
        std::unique_ptr<__dbc, Close> cursor_;
        std::string shown_;
    };
    Result<Walk> walk() const;

private:
    struct Close {
        void operator()(__db* db) const;
    };
    BerkeleyFile(std::unique_ptr<__db, Close> db, std::string shown)
        : db_(std::move(db)), shown_(std::move(shown)) {}

    std::unique_ptr<__db, Close> db_;
    std::string shown_;
};

}  // namespace postern::table
