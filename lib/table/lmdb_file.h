// LMDB files, the only place that knows that library.
//
// Postfix does not use LMDB's own locks. Around each transaction lies a lock on the whole file
// (lmdb_table(5)): shared to read, exclusive to write. Ours are locks of the open file (F_OFD_SETLK),
// which exclude those of fcntl(F_SETLK) and hold between threads and handles of one process too.
#pragma once

#include "lib/base/fd.h"
#include "lib/config/config.h"
#include "lib/table/table.h"

#include <functional>
#include <memory>

struct MDB_env;
struct MDB_txn;

namespace postern::table {

class LmdbFile {
public:
    enum class Use { read, write };

    /// `map_size`: the bytes that the file may grow to at first; it grows further when it is full.
    /// Made with `mode` when it is missing and `use` is write. Error: "open database PATH: ...", also
    /// for a file that somebody has cut off.
    static Result<LmdbFile> open(const std::string& path, Use use, config::ByteCount map_size,
                                 mode_t mode = 0);

    /// The lock that a transaction needs. try_lock gives false when somebody else holds it.
    Result<bool> try_lock(LockKind kind);
    Result<void> lock(LockKind kind);
    void unlock();

    /// One transaction each, under a lock that the caller holds. Keys as they lie in the file.
    Result<std::optional<std::string>> get(std::string_view key);
    /// The first entry at or behind `key`; behind it only, when it is not `including`.
    Result<std::optional<Entry>> at_or_after(std::string_view key, bool including);

    /// What a writer does within one transaction.
    class Writer {
    public:
        Result<void> clear();
        /// False when the key is there and `replace` is not set. A key that the library cannot
        /// hold (above 511 bytes) is an error.
        Result<bool> put(std::string_view key, std::string_view value, bool replace);
        Result<bool> remove(std::string_view key);

    private:
        friend class LmdbFile;
        Writer(LmdbFile& file, MDB_txn* transaction) : file_(file), transaction_(transaction) {}
        Result<void> check(int code, std::string_view doing);
        LmdbFile& file_;
        MDB_txn* transaction_;
        bool is_full_ = false;
    };
    using Change = std::function<Result<void>(Writer&)>;
    /// Runs `change` in one transaction, which it ends: all of it is on disk, or nothing, on error.
    /// `change` runs again when the file had to grow. The caller holds the exclusive lock.
    Result<void> write(const Change& change);

    Result<struct stat> status() const;
    /// Reads all of it, in a process of its own: a page that is missing ends who looks at it.
    bool is_whole() const;

private:
    struct Close {
        void operator()(MDB_env* environment) const;
    };
    struct Abort {
        void operator()(MDB_txn* transaction) const;
    };
    using Transaction = std::unique_ptr<MDB_txn, Abort>;
    LmdbFile(std::unique_ptr<MDB_env, Close> environment, std::string path)
        : environment_(std::move(environment)), path_(std::move(path)) {}

    Result<Transaction> begin(unsigned flags);
    Result<Transaction> ready(Transaction transaction);
    int set_lock(int command, short type);
    Error failure(std::string_view doing, int code) const;
    bool is_shorter_than_it_says() const;
    Result<bool> try_write(const Change& change);
    Result<void> grow();

    std::unique_ptr<MDB_env, Close> environment_;
    std::string path_;
};

}  // namespace postern::table
