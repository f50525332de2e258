// Tables in memory.
#include "lib/table/memory_table.h"

namespace postern::table {

namespace {

class MemoryCursor final : public Cursor {
public:
    explicit MemoryCursor(const EntryMap::Map& map) : at_(map.begin()), end_(map.end()) {}
    Result<std::optional<Entry>> next() override {
        if (at_ == end_) return std::optional<Entry>();
        const auto& [key, value] = *at_++;
        return std::optional(Entry{key, value});
    }

private:
    EntryMap::Map::const_iterator at_, end_;
};

class MemoryDictionary final : public Dictionary {
public:
    MemoryDictionary(EntryMap entries, uid_t owner, std::vector<std::string> watched_files)
        : entries_(std::move(entries)), owner_(owner), watched_files_(std::move(watched_files)) {}

    Answer<Found> find(std::string_view key) override { return Found(entries_.find(key)); }
    uid_t owner() const override { return owner_; }
    std::vector<std::string> watched_files() const override { return watched_files_; }
    Result<std::unique_ptr<Cursor>> entries() override { return cursor_over(entries_); }

private:
    const EntryMap entries_;
    const uid_t owner_;
    const std::vector<std::string> watched_files_;
};

}  // namespace

std::optional<std::string> EntryMap::find(std::string_view key) const {
    const auto found = map_.find(key);
    if (found == map_.end()) return std::nullopt;
    return found->second;
}

bool EntryMap::add(std::string key, std::string value) {
    return map_.try_emplace(std::move(key), std::move(value)).second;
}

void EntryMap::put(std::string_view key, std::string_view value) {
    map_.insert_or_assign(std::string(key), std::string(value));
}

bool EntryMap::remove(std::string_view key) {
    const auto found = map_.find(key);
    if (found == map_.end()) return false;
    map_.erase(found);
    return true;
}

std::unique_ptr<Dictionary> memory_dictionary(EntryMap entries, uid_t owner,
                                              std::vector<std::string> watched_files) {
    return std::make_unique<MemoryDictionary>(std::move(entries), owner, std::move(watched_files));
}

std::unique_ptr<Cursor> cursor_over(const EntryMap& entries) {
    return std::make_unique<MemoryCursor>(entries.map());
}

}  // namespace postern::table
