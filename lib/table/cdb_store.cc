// cdb: tables, made: /file.cdb.tmp is written under an exclusive flock, as Postfix does, and renamed.
#include "lib/table/replaced_file.h"
#include "lib/table/store_types.h"

#include <cdb.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace postern::table {

namespace {

class CdbMaker final : public TableMaker {
public:
    CdbMaker(Fd fd, std::string name, const StoreOptions& options)
        : fd_(std::move(fd)),
          name_(std::move(name)),
          mode_(options.mode),
          writes_nul_(options.nul == Nul::with) {
        cdb_make_start(&maker_, fd_.get());
    }
    ~CdbMaker() override {
        if (is_committed_) return;
        cdb_make_finish(&maker_);   // the library's only way to give its memory back
        ::unlink(fresh_path().c_str());
    }

    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        return put_plain(with_nul_if(key, writes_nul_), with_nul_if(value, writes_nul_),
                         on_duplicate);
    }
    Result<bool> put_plain(std::string_view key, std::string_view value,
                           OnDuplicate on_duplicate) override {
        const auto mode = on_duplicate == OnDuplicate::keep ? CDB_PUT_INSERT : CDB_PUT_REPLACE;
        const int done =
            cdb_make_put(&maker_, key.data(), static_cast<unsigned>(key.size()), value.data(),
                         static_cast<unsigned>(value.size()), mode);
        if (done < 0) return system_error("write " + fresh_path());
        return done == 0 || on_duplicate == OnDuplicate::replace;
    }
    Result<void> commit() override {
        if (cdb_make_finish(&maker_) != 0) return system_error("write " + fresh_path());
        if (auto done = take_over_rights(); !done) return done;
        if (::fsync(fd_.get()) != 0) return system_error("fsync " + fresh_path());
        if (std::rename(fresh_path().c_str(), path().c_str()) != 0)
            return system_error(fmt::format("rename {} to {}", fresh_path(), path()));
        is_committed_ = true;
        return success();
    }
    std::string shown() const override { return name_; }

private:
    std::string path() const { return name_ + ".cdb"; }
    std::string fresh_path() const { return path() + ".tmp"; }

    Result<void> take_over_rights() const {
        auto old = status_of_path(path());
        if (!old) return old.error();
        const mode_t mode = *old ? (*old)->st_mode & 07777 : mode_;
        if (*old && ::fchown(fd_.get(), (*old)->st_uid, (*old)->st_gid) != 0 && errno != EPERM)
            return system_error("chown " + fresh_path());
        if (::fchmod(fd_.get(), mode) != 0) return system_error("chmod " + fresh_path());
        return success();
    }

    Fd fd_;
    const std::string name_;
    const mode_t mode_;
    const bool writes_nul_;
    struct cdb_make maker_ {};
    bool is_committed_ = false;
};

}  // namespace

BegunTable make_cdb(const StoreOpening& opening) {
    if (opening.options.keeps_entries)
        return permanent(
            fmt::format("table cdb:{}: update operation is not supported", opening.name));
    const std::string fresh = opening.name + ".cdb.tmp";
    auto fd = open_exclusively(fresh, O_RDWR | O_CREAT, 0600);
    if (!fd) return fd.error();
    if (::ftruncate(fd->get(), 0) != 0) return system_error("truncate " + fresh);
    return std::make_unique<CdbMaker>(std::move(*fd), opening.name, opening.options);
}

}  // namespace postern::table
