// tinycdb calls for reading.
#include "lib/table/cdb_file.h"

#include <cdb.h>

namespace postern::table {

namespace {

std::string bytes(const void* data, unsigned size) {
    return {static_cast<const char*>(data), size};
}

}  // namespace

void CdbFile::Close::operator()(struct cdb* file) const {
    cdb_free(file);
    delete file;   // tinycdb lets its user allocate the struct
}

Result<CdbFile> CdbFile::open(const std::string& path) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return system_error("open database " + path);
    auto status = status_of(fd.get(), path);
    if (!status) return status.error();
    auto file = std::make_unique<struct cdb>();
    if (cdb_init(file.get(), fd.get()) != 0) return system_error("open database " + path, EINVAL);
    return CdbFile(std::move(fd), std::unique_ptr<struct cdb, Close>(file.release()), path,
                   status->st_uid);
}

Result<std::optional<std::string>> CdbFile::get(std::string_view key) {
    const int found = cdb_find(cdb_.get(), key.data(), static_cast<unsigned>(key.size()));
    if (found < 0) return temporary("read " + path_ + ": damaged file");
    if (found == 0) return std::optional<std::string>();
    return std::optional(bytes(cdb_getdata(cdb_.get()), cdb_datalen(cdb_.get())));
}

CdbFile::Walk::Walk(CdbFile& file) : file_(file), position_(0) {
    cdb_seqinit(&position_, file_.cdb_.get());
}

Result<std::optional<Entry>> CdbFile::Walk::next() {
    auto* file = file_.cdb_.get();
    const int found = cdb_seqnext(&position_, file);
    if (found < 0) return temporary("read " + file_.path_ + ": damaged file");
    if (found == 0) return std::optional<Entry>();
    return std::optional(Entry{bytes(cdb_getkey(file), cdb_keylen(file)),
                               bytes(cdb_getdata(file), cdb_datalen(file))});
}

}  // namespace postern::table
