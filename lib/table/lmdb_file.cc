// LMDB calls.
#include "lib/table/lmdb_file.h"

#include <fmt/format.h>
#include <lmdb.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>

namespace postern::table {

namespace {

constexpr MDB_dbi main_database = 1;   // the only one in these files
constexpr MDB_dbi free_pages = 0;      // which the library keeps beside it

MDB_val as_val(std::string_view bytes) {
    // The library does not write through the pointers of keys and values given to it.
    return {bytes.size(), const_cast<char*>(bytes.data())};
}
std::string text_of(const MDB_val& value) {
    return {static_cast<const char*>(value.mv_data), value.mv_size};
}

struct CursorClose {
    void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};

bool can_read_all(MDB_env* environment) {
    MDB_txn* transaction = nullptr;
    MDB_dbi database;
    if (mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction) != 0 ||
        mdb_dbi_open(transaction, nullptr, 0, &database) != 0)
        return false;
    for (const MDB_dbi part : {free_pages, main_database}) {
        MDB_cursor* cursor = nullptr;
        if (mdb_cursor_open(transaction, part, &cursor) != 0) return false;
        MDB_val key, value;
        int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
        for (; code == 0; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))
            // A large value has pages of its own.
            std::ignore = std::hash<std::string_view>()({static_cast<const char*>(value.mv_data), value.mv_size});
        if (code != MDB_NOTFOUND) return false;
    }
    return true;
}

}  // namespace

void LmdbFile::Close::operator()(MDB_env* environment) const { mdb_env_close(environment); }
void LmdbFile::Abort::operator()(MDB_txn* transaction) const { mdb_txn_abort(transaction); }

Error LmdbFile::failure(std::string_view doing, int code) const {
    if (code > 0) return system_error(fmt::format("{} {}", doing, path_), code);
    return temporary(fmt::format("{} {}: {}", doing, path_, mdb_strerror(code)));
}

Result<LmdbFile> LmdbFile::open(const std::string& path, Use use, config::ByteCount map_size,
                                mode_t mode) {
    MDB_env* raw = nullptr;
    if (const int code = mdb_env_create(&raw))
        return system_error("open database " + path, code);
    LmdbFile file(std::unique_ptr<MDB_env, Close>(raw), path);
    mdb_env_set_mapsize(raw, map_size);
    const unsigned flags = MDB_NOSUBDIR | MDB_NOLOCK | (use == Use::read ? MDB_RDONLY : 0);
    if (const int code = mdb_env_open(raw, path.c_str(), flags, mode))
        return file.failure("open database", code);
    if (file.is_shorter_than_it_says() && !file.is_whole())
        return temporary(fmt::format("open database {}: the file is cut off", path));
    return file;
}

/// The last pages may have been freed before they were ever written.
bool LmdbFile::is_shorter_than_it_says() const {
    MDB_envinfo info;
    MDB_stat page;
    mdb_env_info(environment_.get(), &info);
    mdb_env_stat(environment_.get(), &page);
    const auto there = status();
    return there && static_cast<std::uint64_t>(there->st_size) < (info.me_last_pgno + 1) * page.ms_psize;
}

bool LmdbFile::is_whole() const {
    const pid_t reader = ::fork();
    if (reader == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        ::_exit(can_read_all(environment_.get()) ? 0 : 1);
    }
    int outcome = 0;
    while (reader > 0 && ::waitpid(reader, &outcome, 0) < 0 && errno == EINTR) {}
    return reader > 0 && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0;
}

/// 0, or why not.
int LmdbFile::set_lock(int command, short type) {
    int fd = -1;
    mdb_env_get_fd(environment_.get(), &fd);
    struct flock whole {};
    whole.l_type = type;
    whole.l_whence = SEEK_SET;
    while (::fcntl(fd, command, &whole) != 0)
        if (errno != EINTR) return errno;
    return 0;
}

Result<bool> LmdbFile::try_lock(LockKind kind) {
    const int failure = set_lock(F_OFD_SETLK, kind == LockKind::shared ? F_RDLCK : F_WRLCK);
    if (failure == 0) return true;
    if (failure == EAGAIN || failure == EACCES) return false;
    return system_error("lock " + path_, failure);
}

Result<void> LmdbFile::lock(LockKind kind) {
    const int failure = set_lock(F_OFD_SETLKW, kind == LockKind::shared ? F_RDLCK : F_WRLCK);
    if (failure) return system_error("lock " + path_, failure);
    return success();
}

void LmdbFile::unlock() {
    std::ignore = set_lock(F_OFD_SETLK, F_UNLCK);   // giving back cannot fail
}

/// The library wants its default order of keys asked for.
Result<LmdbFile::Transaction> LmdbFile::ready(Transaction transaction) {
    MDB_dbi database;
    if (const int code = mdb_dbi_open(transaction.get(), nullptr, 0, &database))
        return failure("read", code);
    return transaction;
}

Result<LmdbFile::Transaction> LmdbFile::begin(unsigned flags) {
    for (;;) {
        MDB_txn* transaction = nullptr;
        const int code = mdb_txn_begin(environment_.get(), nullptr, flags, &transaction);
        if (code == 0) return ready(Transaction(transaction));
        if (code != MDB_MAP_RESIZED) return failure("read", code);
        // Somebody else let the file grow: take its size.
        if (const int resized = mdb_env_set_mapsize(environment_.get(), 0))
            return failure("read", resized);
    }
}

Result<std::optional<std::string>> LmdbFile::get(std::string_view key) {
    auto transaction = begin(MDB_RDONLY);
    if (!transaction) return transaction.error();
    MDB_val wanted = as_val(key), value;
    const int code = mdb_get(transaction->get(), main_database, &wanted, &value);
    if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE) return std::optional<std::string>();
    if (code) return failure("read", code);
    return std::optional(text_of(value));
}

Result<std::optional<Entry>> LmdbFile::at_or_after(std::string_view key, bool including) {
    auto transaction = begin(MDB_RDONLY);
    if (!transaction) return transaction.error();
    MDB_cursor* raw = nullptr;
    if (const int code = mdb_cursor_open(transaction->get(), main_database, &raw))
        return failure("read", code);
    const std::unique_ptr<MDB_cursor, CursorClose> cursor(raw);
    MDB_val at = as_val(key), value;
    int code = mdb_cursor_get(raw, &at, &value, key.empty() ? MDB_FIRST : MDB_SET_RANGE);
    if (code == 0 && !including && text_of(at) == key)
        code = mdb_cursor_get(raw, &at, &value, MDB_NEXT);
    if (code == MDB_NOTFOUND) return std::optional<Entry>();
    if (code) return failure("read", code);
    return std::optional(Entry{text_of(at), text_of(value)});
}

Result<void> LmdbFile::Writer::check(int code, std::string_view doing) {
    if (code == 0) return success();
    is_full_ = is_full_ || code == MDB_MAP_FULL;
    return file_.failure(doing, code);
}

Result<void> LmdbFile::Writer::clear() {
    return check(mdb_drop(transaction_, main_database, 0), "clear");
}

Result<bool> LmdbFile::Writer::put(std::string_view key, std::string_view value, bool replace) {
    MDB_val key_val = as_val(key), value_val = as_val(value);
    const int code = mdb_put(transaction_, main_database, &key_val, &value_val,
                             replace ? 0 : MDB_NOOVERWRITE);
    if (code == MDB_KEYEXIST) return false;
    if (auto done = check(code, "write"); !done) return done.error();
    return true;
}

Result<bool> LmdbFile::Writer::remove(std::string_view key) {
    MDB_val wanted = as_val(key);
    const int code = mdb_del(transaction_, main_database, &wanted, nullptr);
    if (code == MDB_NOTFOUND) return false;
    if (auto done = check(code, "remove from"); !done) return done.error();
    return true;
}

/// False when the file was too small and nothing has happened.
Result<bool> LmdbFile::try_write(const Change& change) {
    auto transaction = begin(0);
    if (!transaction) return transaction.error();
    Writer writer(*this, transaction->get());
    auto done = change(writer);
    if (writer.is_full_) return false;
    if (!done) return done.error();
    const int code = mdb_txn_commit(transaction->release());
    if (code == MDB_MAP_FULL) return false;
    if (code) return failure("write", code);
    return true;
}

Result<void> LmdbFile::grow() {
    MDB_envinfo info;
    mdb_env_info(environment_.get(), &info);
    if (const int code = mdb_env_set_mapsize(environment_.get(), info.me_mapsize * 2))
        return failure("grow", code);
    return success();
}

Result<void> LmdbFile::write(const Change& change) {
    for (;;) {
        auto done = try_write(change);
        if (!done) return done.error();
        if (*done) return success();
        if (auto grown = grow(); !grown) return grown;
    }
}

Result<struct stat> LmdbFile::status() const {
    int fd = -1;
    mdb_env_get_fd(environment_.get(), &fd);
    return status_of(fd, path_);
}

}  // namespace postern::table
