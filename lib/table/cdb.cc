// cdb:/file: /file.cdb, a file that is replaced as a whole.
#include "lib/table/cdb_file.h"
#include "lib/table/nul.h"
#include "lib/table/types.h"
#include "lib/table/walk_cursor.h"

namespace postern::table {

namespace {

class CdbDictionary final : public Dictionary {
public:
    CdbDictionary(std::string path, CdbFile file)
        : path_(std::move(path)), file_(std::move(file)) {}

    Answer<Found> find(std::string_view key) override {
        return nul_.find(key, [this](const std::string& raw) { return file_.get(raw); });
    }
    uid_t owner() const override { return file_.owner(); }
    std::vector<std::string> watched_files() const override { return {path_}; }
    Result<std::unique_ptr<Cursor>> entries() override {
        return std::make_unique<WalkCursor<CdbFile::Walk>>(file_.walk());
    }

private:
    const std::string path_;
    CdbFile file_;
    NulRule nul_;
};

}  // namespace

OpenedDictionary open_cdb(const Opening& opening) {
    const std::string path = opening.name + ".cdb";
    auto file = CdbFile::open(path);
    if (!file) return file.error();
    return std::make_unique<CdbDictionary>(path, std::move(*file));
}

}  // namespace postern::table
