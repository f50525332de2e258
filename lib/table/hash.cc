// hash:/file and btree:/file: /file.db, made by postmap with Berkeley DB.
//
// postmap of Postfix rewrites the file in place, under an exclusive flock. A kept handle does not
// notice; so a daemon reads from a copy of its own, and a command holds the lock while it reads.
#include "lib/table/berkeley.h"
#include "lib/table/database_file.h"
#include "lib/table/nul.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"
#include "lib/table/walk_cursor.h"

namespace postern::table {

namespace {

class BerkeleyDictionary final : public Dictionary {
public:
    BerkeleyDictionary(std::string path, DatabaseFile file, BerkeleyFile database)
        : path_(std::move(path)), file_(std::move(file)), database_(std::move(database)) {}

    Answer<Found> find(std::string_view key) override {
        return nul_.find(key, [this](const std::string& raw) { return database_.get(raw); });
    }
    uid_t owner() const override { return file_.owner; }
    std::vector<std::string> watched_files() const override { return {path_}; }
    Result<std::unique_ptr<Cursor>> entries() override {
        auto walk = database_.walk();
        if (!walk) return walk.error();
        return std::make_unique<WalkCursor<BerkeleyFile::Walk>>(std::move(*walk));
    }

private:
    const std::string path_;
    const DatabaseFile file_;   // its lock, where it is not a copy
    BerkeleyFile database_;
    NulRule nul_;
};

OpenedDictionary open_berkeley(const Opening& opening, BerkeleyKind kind) {
    const std::string path = opening.name + ".db";
    auto file = opening.options.in_place ? open_locked(path) : copy_of(path);
    if (!file) return file.error();
    auto database = BerkeleyFile::open(file->path(), path, kind, Access::read,
                                       opening.registry.settings().berkeley_db_read_buffer_size);
    if (!database) return database.error();
    return std::make_unique<BerkeleyDictionary>(path, std::move(*file), std::move(*database));
}

}  // namespace

OpenedDictionary open_hash(const Opening& opening) {
    return open_berkeley(opening, BerkeleyKind::hash);
}
OpenedDictionary open_btree(const Opening& opening) {
    return open_berkeley(opening, BerkeleyKind::btree);
}

}  // namespace postern::table
