// lmdb:/file: /file.lmdb, which others may change at any time; each lookup sees the latest.
#include "lib/event/loop.h"
#include "lib/table/lmdb_file.h"
#include "lib/table/nul.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"

namespace postern::table {

namespace {

using std::chrono_literals::operator""ms;

/// How often a daemon looks whether a writer is done, in which time others are served.
constexpr auto patience = 5ms;

/// Gives the lock back.
class Unlock {
public:
    explicit Unlock(LmdbFile& file) : file_(file) {}
    ~Unlock() { file_.unlock(); }
    Unlock(const Unlock&) = delete;

private:
    LmdbFile& file_;
};

class LmdbCursor final : public Cursor {
public:
    explicit LmdbCursor(LmdbFile& file) : file_(file) {}
    Result<std::optional<Entry>> next() override {
        if (auto locked = file_.lock(LockKind::shared); !locked) return locked.error();
        const Unlock unlock(file_);
        auto entry = file_.at_or_after(last_, false);
        if (!entry || !*entry) return entry;
        last_ = (*entry)->key;
        return std::optional(Entry{without_nul((*entry)->key), without_nul((*entry)->value)});
    }

private:
    LmdbFile& file_;
    std::string last_;
};

class LmdbDictionary final : public Dictionary {
public:
    LmdbDictionary(LmdbFile file, uid_t owner, event::Loop* loop)
        : file_(std::move(file)), owner_(owner), loop_(loop) {}

    Answer<Found> find(std::string_view key) override {
        auto locked = file_.try_lock(LockKind::shared);
        if (locked && !*locked) return loop_ ? find_later(key) : Answer<Found>(find_waiting(key));
        return find_now(key, std::move(locked));
    }
    uid_t owner() const override { return owner_; }
    Result<std::unique_ptr<Cursor>> entries() override {
        return std::make_unique<LmdbCursor>(file_);
    }

private:
    Found find_now(std::string_view key, Result<bool> locked) {
        if (!locked) return locked.error();
        const Unlock unlock(file_);
        return nul_.find(key, [this](const std::string& raw) { return file_.get(raw); });
    }
    Found find_waiting(std::string_view key) {
        if (auto locked = file_.lock(LockKind::shared); !locked) return locked.error();
        return find_now(key, true);
    }
    Task<Found> find_later(std::string_view key) {
        for (;;) {
            co_await event::Sleep(*loop_, loop_->in(patience));
            auto locked = file_.try_lock(LockKind::shared);
            if (!locked || *locked) co_return find_now(key, std::move(locked));
        }
    }

    LmdbFile file_;
    const uid_t owner_;
    event::Loop* const loop_;
    NulRule nul_;
};

}  // namespace

OpenedDictionary open_lmdb(const Opening& opening) {
    auto file = LmdbFile::open(opening.name + ".lmdb", LmdbFile::Use::read,
                               opening.registry.settings().lmdb_map_size);
    if (!file) return file.error();
    auto status = file->status();
    if (!status) return status.error();
    return std::make_unique<LmdbDictionary>(std::move(*file), status->st_uid,
                                            opening.registry.surroundings().loop);
}

}  // namespace postern::table
