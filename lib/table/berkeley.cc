// Berkeley DB calls.
#include "lib/table/berkeley.h"

#include <db.h>
#include <fmt/format.h>

#include <cstdlib>

namespace postern::table {

namespace {

/// Memory that the library allocated for a result.
struct Value : DBT {
    Value() : DBT{} { flags = DB_DBT_MALLOC; }
    ~Value() { std::free(data); }
    Value(const Value&) = delete;
    std::string text() const { return {static_cast<const char*>(data), size}; }
};

DBT as_dbt(std::string_view bytes) {
    DBT dbt{};
    // The library does not write through the pointers of keys and values given to it.
    dbt.data = const_cast<char*>(bytes.data());
    dbt.size = static_cast<u_int32_t>(bytes.size());
    return dbt;
}

/// What the library would print is in the error code; the reason stands in the Error.
void be_silent(const DB_ENV*, const char*, const char*) {}

Error failure(std::string_view doing, const std::string& shown, int code) {
    if (code > 0) return system_error(fmt::format("{} {}", doing, shown), code);
    return temporary(fmt::format("{} {}: {}", doing, shown, db_strerror(code)));
}

u_int32_t flags_of(Access access) {
    switch (access) {
    case Access::read: return DB_RDONLY;
    case Access::update: return 0;
    case Access::create: return DB_CREATE | DB_EXCL;
    }
    return 0;
}

constexpr u_int32_t page_size = 4096;   // as Postfix makes them
constexpr u_int32_t gigabyte = 1u << 30;

}  // namespace

void BerkeleyFile::Close::operator()(__db* db) const { db->close(db, DB_NOSYNC); }
void BerkeleyFile::Walk::Close::operator()(__dbc* cursor) const { cursor->close(cursor); }

Result<BerkeleyFile> BerkeleyFile::open(const std::string& path, const std::string& shown,
                                        BerkeleyKind kind, Access access,
                                        config::ByteCount cache) {
    DB* raw = nullptr;
    if (const int code = db_create(&raw, nullptr, 0)) return failure("open database", shown, code);
    std::unique_ptr<DB, Close> db(raw);
    db->set_errcall(raw, be_silent);
    db->set_cachesize(raw, static_cast<u_int32_t>(cache / gigabyte),
                      static_cast<u_int32_t>(cache % gigabyte), 1);
    if (access == Access::create) db->set_pagesize(raw, page_size);
    const auto type = kind == BerkeleyKind::hash ? DB_HASH : DB_BTREE;
    if (const int code =
            db->open(raw, nullptr, path.c_str(), nullptr, type, flags_of(access), 0600))
        return failure("open database", shown, code);
    return BerkeleyFile(std::move(db), shown);
}

Result<std::optional<std::string>> BerkeleyFile::get(std::string_view key) const {
    DBT wanted = as_dbt(key);
    Value value;
    const int code = db_->get(db_.get(), nullptr, &wanted, &value, 0);
    if (code == DB_NOTFOUND) return std::optional<std::string>();
    if (code) return failure("read", shown_, code);
    return std::optional(value.text());
}

Result<bool> BerkeleyFile::put(std::string_view key, std::string_view value, bool replace) {
    DBT key_dbt = as_dbt(key), value_dbt = as_dbt(value);
    const int code =
        db_->put(db_.get(), nullptr, &key_dbt, &value_dbt, replace ? 0 : DB_NOOVERWRITE);
    if (code == DB_KEYEXIST) return false;
    if (code) return failure("write", shown_, code);
    return true;
}

Result<bool> BerkeleyFile::remove(std::string_view key) {
    DBT wanted = as_dbt(key);
    const int code = db_->del(db_.get(), nullptr, &wanted, 0);
    if (code == DB_NOTFOUND) return false;
    if (code) return failure("remove from", shown_, code);
    return true;
}

Result<void> BerkeleyFile::sync() {
    if (const int code = db_->sync(db_.get(), 0)) return failure("write", shown_, code);
    return success();
}

bool BerkeleyFile::is_whole(const std::string& path) {
    DB* db = nullptr;
    if (db_create(&db, nullptr, 0)) return true;   // no memory, which is no damage
    db->set_errcall(db, be_silent);
    return db->verify(db, path.c_str(), nullptr, nullptr, 0) == 0;   // which gives `db` back
}

Result<BerkeleyFile::Walk> BerkeleyFile::walk() const {
    DBC* cursor = nullptr;
    if (const int code = db_->cursor(db_.get(), nullptr, &cursor, 0))
        return failure("read", shown_, code);
    Walk walk;
    walk.cursor_.reset(cursor);
    walk.shown_ = shown_;
    return walk;
}

Result<std::optional<Entry>> BerkeleyFile::Walk::next() {
    Value key, value;
    const int code = cursor_->get(cursor_.get(), &key, &value, DB_NEXT);
    if (code == DB_NOTFOUND) return std::optional<Entry>();
    if (code) return failure("read", shown_, code);
    return std::optional(Entry{key.text(), value.text()});
}

Result<void> BerkeleyFile::Walk::continue_after(std::string_view key) {
    DBT wanted = as_dbt(key);
    Value value;
    const int code = cursor_->get(cursor_.get(), &wanted, &value, DB_SET);
    if (code) return failure("read", shown_, code);
    return success();
}

}  // namespace postern::table
