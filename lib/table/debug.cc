// debug:type:name: the table `type:name`, with every lookup in the log.
#include "lib/base/strings.h"
#include "lib/table/registry.h"
#include "lib/table/types.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

class DebugDictionary final : public Dictionary {
public:
    DebugDictionary(std::shared_ptr<Table> table, const Registry& registry)
        : table_(std::move(table)), registry_(registry) {}

    Answer<Found> find(std::string_view key) override {
        auto answer = table_->find(key);
        if (!answer.await_ready()) return wait(key, std::move(answer));
        return told(key, answer.await_resume());
    }
    KeyKind key_kind() const override { return table_->key_kind(); }
    bool folds_keys() const override { return false; }
    uid_t owner() const override { return table_->owner(); }
    std::vector<std::string> watched_files() const override { return table_->watched_files(); }
    Result<std::unique_ptr<Cursor>> entries() override { return table_->entries(); }

private:
    Task<Found> wait(std::string_view key, Answer<Found> answer) {
        co_return told(key, co_await answer);
    }
    Found told(std::string_view key, Found found) const {
        const auto outcome = !found   ? "error: " + found.error().text
                             : *found ? fmt::format("\"{}\"", printable(**found))
                                      : "not found";
        registry_.warn(fmt::format("debug: {}: lookup of \"{}\": {}", table_->name(),
                                   printable(key), outcome));
        return found;
    }

    const std::shared_ptr<Table> table_;   // shared with the registry
    const Registry& registry_;
};

}  // namespace

OpenedDictionary open_debug(const Opening& opening) {
    auto table = opening.registry.open(opening.name, opening.options);
    if (!table) return table.error();
    return std::make_unique<DebugDictionary>(std::move(*table), opening.registry);
}

}  // namespace postern::table
