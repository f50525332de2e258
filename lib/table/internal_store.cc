// internal:anything, written: a table in this process's memory, gone at its end.
#include "lib/table/store_types.h"

#include <map>

namespace postern::table {

namespace {

class InternalStore final : public Store {
public:
    Result<std::optional<std::string>> find(std::string_view key) override {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return std::optional<std::string>();
        return std::optional(found->second);
    }
    Result<bool> put(std::string_view key, std::string_view value,
                     OnDuplicate on_duplicate) override {
        auto [place, is_new] = entries_.try_emplace(std::string(key), value);
        if (!is_new && on_duplicate == OnDuplicate::keep) return false;
        place->second = value;
        return true;
    }
    Result<bool> remove(std::string_view key) override {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return false;
        entries_.erase(found);
        return true;
    }
    Result<std::optional<Entry>> next(std::optional<std::string_view> after) override {
        const auto at = after ? entries_.upper_bound(*after) : entries_.begin();
        if (at == entries_.end()) return std::optional<Entry>();
        return std::optional(Entry{at->first, at->second});
    }
    Result<void> sync() override { return success(); }

private:
    std::map<std::string, std::string, std::less<>> entries_;
};

}  // namespace

OpenedStore open_internal_store(const StoreOpening&) { return std::make_unique<InternalStore>(); }

}  // namespace postern::table
