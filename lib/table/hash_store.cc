// hash: and btree: tables, written.
#include "lib/table/berkeley.h"
#include "lib/table/nul.h"
#include "lib/table/registry.h"
#include "lib/table/replaced_file.h"
#include "lib/table/store_types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

/// What ends new keys: as asked for, else as Postfix does.
bool writes_nul(Nul nul) { return nul != Nul::without; }

class BerkeleyStore final : public Store {
public:
    BerkeleyStore(Fd lock, BerkeleyFile file, Nul nul)
        : lock_(std::move(lock)), file_(std::move(file)), writes_nul_(writes_nul(nul)) {}

    Result<std::optional<std::string>> find(std::string_view key) override {
        return nul_.find(key, [this](const std::string& raw) { return file_.get(raw); });
    }
    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        const bool nul = nul_.ends_with_nul().value_or(writes_nul_);
        return file_.put(with_nul_if(key, nul), with_nul_if(value, nul),
                         on_duplicate == OnDuplicate::replace);
    }
    Result<bool> remove(std::string_view key) override {
        auto removed = file_.remove(with_nul_if(key, true));
        if (!removed || *removed) return removed;
        return file_.remove(key);
    }
    Result<std::optional<Entry>> next(std::optional<std::string_view> after) override {
        if (!after || !walk_ || last_.key != *after)
            if (auto begun = begin_walk(after); !begun) return begun.error();
        auto entry = walk_->next();
        if (!entry) return entry;
        if (!*entry) return walk_.reset(), entry;
        last_ = {without_nul(std::move((*entry)->key)), without_nul(std::move((*entry)->value))};
        return std::optional(last_);
    }
    Result<void> sync() override { return file_.sync(); }

private:
    Result<void> begin_walk(std::optional<std::string_view> after) {
        auto walk = file_.walk();
        if (!walk) return walk.error();
        walk_ = std::move(*walk);
        if (!after) return success();
        if (walk_->continue_after(with_nul_if(*after, true))) return success();
        return walk_->continue_after(*after);
    }

    Fd lock_;
    BerkeleyFile file_;
    const bool writes_nul_;
    NulRule nul_;
    std::optional<BerkeleyFile::Walk> walk_;
    Entry last_;
};

class BerkeleyMaker final : public TableMaker {
public:
    BerkeleyMaker(ReplacedFile place, BerkeleyFile file, std::string path, bool writes_nul)
        : place_(std::move(place)),
          file_(std::move(file)),
          path_(std::move(path)),
          writes_nul_(writes_nul) {}

    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        return file_->put(with_nul_if(key, writes_nul_), with_nul_if(value, writes_nul_),
                          on_duplicate == OnDuplicate::replace);
    }
    Result<bool> put_plain(std::string_view key, std::string_view value,
                           OnDuplicate on_duplicate) override {
        return file_->put(key, value, on_duplicate == OnDuplicate::replace);
    }
    Result<void> commit() override {
        if (auto written = file_->sync(); !written) return written;
        file_.reset();
        return place_.commit();
    }
    std::string shown() const override { return path_; }

private:
    ReplacedFile place_;
    std::optional<BerkeleyFile> file_;
    const std::string path_;
    const bool writes_nul_;
};

Result<std::unique_ptr<BerkeleyMaker>> begin(const StoreOpening& opening, BerkeleyKind kind) {
    const std::string path = opening.name + ".db";
    auto place = ReplacedFile::begin(path, opening.options.mode);
    if (!place) return place.error();
    const bool keeps = opening.options.keeps_entries && place->replaces_something();
    if (keeps)
        if (auto copied = place->copy_old(); !copied) return copied.error();
    auto file = BerkeleyFile::open(place->fresh_path(), path, kind,
                                   keeps ? Access::update : Access::create,
                                   opening.registry.settings().berkeley_db_create_buffer_size);
    if (!file) return file.error();
    return std::make_unique<BerkeleyMaker>(std::move(*place), std::move(*file), path,
                                           writes_nul(opening.options.nul));
}

Result<void> make_empty(const StoreOpening& opening, BerkeleyKind kind) {
    auto maker = begin(opening, kind);
    if (!maker) return maker.error();
    return (*maker)->commit();
}

OpenedStore open(const StoreOpening& opening, BerkeleyKind kind) {
    const std::string path = opening.name + ".db";
    auto there = status_of_path(path);
    if (!there) return there.error();
    if (!*there && opening.options.may_create)
        if (auto made = make_empty(opening, kind); !made) return made.error();
    auto lock = open_exclusively(path, O_RDWR);
    if (!lock) return lock.error();
    auto file = BerkeleyFile::open(path, path, kind, Access::update,
                                   opening.registry.settings().berkeley_db_read_buffer_size);
    if (!file) return file.error();
    return std::make_unique<BerkeleyStore>(std::move(*lock), std::move(*file),
                                           opening.options.nul);
}

BegunTable make(const StoreOpening& opening, BerkeleyKind kind) {
    auto maker = begin(opening, kind);
    if (!maker) return maker.error();
    return std::move(*maker);
}

}  // namespace

OpenedStore open_hash_store(const StoreOpening& opening) {
    return open(opening, BerkeleyKind::hash);
}
OpenedStore open_btree_store(const StoreOpening& opening) {
    return open(opening, BerkeleyKind::btree);
}
BegunTable make_hash(const StoreOpening& opening) { return make(opening, BerkeleyKind::hash); }
BegunTable make_btree(const StoreOpening& opening) { return make(opening, BerkeleyKind::btree); }

}  // namespace postern::table
