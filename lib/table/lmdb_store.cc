// lmdb: tables, written in place: a transaction appears all at once, and readers, which keep the
// file open, see it.
#include "lib/table/lmdb_file.h"
#include "lib/table/memory_table.h"
#include "lib/table/nul.h"
#include "lib/table/registry.h"
#include "lib/table/store_types.h"

#include <sys/stat.h>

#include <algorithm>

namespace postern::table {

namespace {

/// The exclusive lock for the time of an operation.
class Locked {
public:
    static Result<Locked> on(LmdbFile& file, LockKind kind) {
        if (auto locked = file.lock(kind); !locked) return locked.error();
        return Locked(file);
    }
    Locked(Locked&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
    ~Locked() {
        if (file_) file_->unlock();
    }

private:
    explicit Locked(LmdbFile& file) : file_(&file) {}
    LmdbFile* file_;
};

class LmdbStore final : public Store {
public:
    LmdbStore(LmdbFile file, Nul nul) : file_(std::move(file)), writes_nul_(nul != Nul::without) {}

    Result<std::optional<std::string>> find(std::string_view key) override {
        auto locked = Locked::on(file_, LockKind::shared);
        if (!locked) return locked.error();
        return nul_.find(key, [this](const std::string& raw) { return file_.get(raw); });
    }
    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        const bool nul = nul_.ends_with_nul().value_or(writes_nul_);
        return change([&](LmdbFile::Writer& writer) {
            return writer.put(with_nul_if(key, nul), with_nul_if(value, nul),
                              on_duplicate == OnDuplicate::replace);
        });
    }
    Result<bool> remove(std::string_view key) override {
        return change([&](LmdbFile::Writer& writer) {
            auto removed = writer.remove(with_nul_if(key, true));
            return !removed || *removed ? removed : writer.remove(key);
        });
    }
    Result<std::optional<Entry>> next(std::optional<std::string_view> after) override {
        auto locked = Locked::on(file_, LockKind::shared);
        if (!locked) return locked.error();
        auto entry = after ? file_.at_or_after(with_nul_if(*after, true), false)
                           : file_.at_or_after("", true);
        if (!entry || !*entry) return entry;
        return std::optional(Entry{without_nul((*entry)->key), without_nul((*entry)->value)});
    }
    Result<void> sync() override { return success(); }   // each transaction is

private:
    template <class Do>
    Result<bool> change(const Do& action) {
        auto locked = Locked::on(file_, LockKind::exclusive);
        if (!locked) return locked.error();
        bool outcome = false;
        auto done = file_.write([&](LmdbFile::Writer& writer) -> Result<void> {
            auto result = action(writer);
            if (!result) return result.error();
            outcome = *result;
            return success();
        });
        if (!done) return done.error();
        return outcome;
    }

    LmdbFile file_;
    const bool writes_nul_;
    NulRule nul_;
};

/// Gathers all entries and writes them in one transaction.
class LmdbMaker final : public TableMaker {
public:
    LmdbMaker(LmdbFile file, std::string name, const StoreOptions& options)
        : file_(std::move(file)),
          name_(std::move(name)),
          keeps_entries_(options.keeps_entries),
          writes_nul_(options.nul != Nul::without) {}
    ~LmdbMaker() override { file_.unlock(); }

    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        return put_plain(with_nul_if(key, writes_nul_), with_nul_if(value, writes_nul_),
                         on_duplicate);
    }
    Result<bool> put_plain(std::string_view key, std::string_view value,
                           OnDuplicate on_duplicate) override {
        if (on_duplicate == OnDuplicate::replace) {
            entries_.put(key, value);
            return true;
        }
        if (keeps_entries_) {
            auto there = file_.get(key);
            if (!there) return there.error();
            if (*there) return false;
        }
        return entries_.add(std::string(key), std::string(value));
    }
    Result<void> commit() override {
        const auto sorted = in_order();
        auto done = file_.write([&](LmdbFile::Writer& writer) -> Result<void> {
            if (!keeps_entries_)
                if (auto cleared = writer.clear(); !cleared) return cleared;
            for (const auto* entry : sorted)
                if (auto put = writer.put(entry->first, entry->second, true); !put)
                    return put.error();
            return success();
        });
        if (done) file_.unlock();
        return done;
    }
    std::string shown() const override { return "lmdb:" + name_; }

private:
    /// Keys in the file's order are written several times faster than in any other.
    std::vector<const EntryMap::Map::value_type*> in_order() const {
        std::vector<const EntryMap::Map::value_type*> all;
        all.reserve(entries_.map().size());
        for (const auto& entry : entries_.map()) all.push_back(&entry);
        std::ranges::sort(all, {}, [](const auto* entry) { return std::string_view(entry->first); });
        return all;
    }

    LmdbFile file_;
    const std::string name_;
    const bool keeps_entries_, writes_nul_;
    EntryMap entries_;
};

Result<LmdbFile> open_for_writing(const StoreOpening& opening) {
    const std::string path = opening.name + ".lmdb";
    if (!opening.options.may_create) {
        auto there = status_of_path(path);
        if (!there) return there.error();
        if (!*there) return system_error("open database " + path, ENOENT);
    }
    return LmdbFile::open(path, LmdbFile::Use::write, opening.registry.settings().lmdb_map_size,
                          opening.options.mode);
}

}  // namespace

OpenedStore open_lmdb_store(const StoreOpening& opening) {
    auto file = open_for_writing(opening);
    if (!file) return file.error();
    return std::make_unique<LmdbStore>(std::move(*file), opening.options.nul);
}

BegunTable make_lmdb(const StoreOpening& opening) {
    auto file = open_for_writing(opening);
    if (!file) return file.error();
    if (auto locked = file->lock(LockKind::exclusive); !locked) return locked.error();
    return std::make_unique<LmdbMaker>(std::move(*file), opening.name, opening.options);
}

}  // namespace postern::table
