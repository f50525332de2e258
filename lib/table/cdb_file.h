// cdb files, the only place that knows tinycdb. A file is made once and replaced, never changed.
#pragma once

#include "lib/base/fd.h"
#include "lib/table/table.h"

#include <memory>

struct cdb;

namespace postern::table {

/// One open file, mapped into memory.
class CdbFile {
public:
    /// Error: "open database PATH: ...".
    static Result<CdbFile> open(const std::string& path);

    /// The first value of a key.
    Result<std::optional<std::string>> get(std::string_view key);
    uid_t owner() const noexcept { return owner_; }

    /// Gives the entries one after another.
    class Walk {
    public:
        Result<std::optional<Entry>> next();

    private:
        friend class CdbFile;
        explicit Walk(CdbFile& file);
        CdbFile& file_;
        unsigned position_;
    };
    Walk walk() { return Walk(*this); }

private:
    struct Close {
        void operator()(cdb* file) const;
    };
    CdbFile(Fd fd, std::unique_ptr<cdb, Close> cdb, std::string path, uid_t owner)
        : fd_(std::move(fd)), cdb_(std::move(cdb)), path_(std::move(path)), owner_(owner) {}

    Fd fd_;
    std::unique_ptr<cdb, Close> cdb_;
    std::string path_;
    uid_t owner_;
};

}  // namespace postern::table
