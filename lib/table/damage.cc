// Reading files to their ends; see the header.
#include "lib/table/damage.h"

#include "lib/base/strings.h"
#include "lib/table/berkeley.h"
#include "lib/table/lmdb_file.h"

namespace postern::table {

namespace {

bool is_damaged_lmdb(const std::string& path) {
    auto file = LmdbFile::open(path, LmdbFile::Use::read, {});
    if (!file || !file->lock(LockKind::shared)) return false;
    const bool is_whole = file->is_whole();
    file->unlock();
    return !is_whole;
}

}  // namespace

bool is_damaged(std::string_view name) {
    const auto parts = cut(name, ':');
    if (!parts) return false;
    const std::string path(parts->second);
    if (parts->first == "lmdb") return is_damaged_lmdb(path + ".lmdb");
    if (parts->first == "hash" || parts->first == "btree") return !BerkeleyFile::is_whole(path + ".db");
    return false;
}

}  // namespace postern::table
