// unionmap:{type:name, ...}: what all the tables have for a key, joined by commas.
#include "lib/table/table_list.h"
#include "lib/table/types.h"

namespace postern::table {

namespace {

class UnionDictionary final : public Dictionary {
public:
    explicit UnionDictionary(std::vector<std::shared_ptr<Table>> tables)
        : tables_(std::move(tables)) {}

    Answer<Found> find(std::string_view key) override {
        std::optional<std::string> all;
        for (std::size_t at = 0; at < tables_.size(); ++at) {
            auto answer = tables_[at]->find(key);
            if (!answer.await_ready()) return rest(key, at, std::move(answer), std::move(all));
            if (auto found = add(all, answer.await_resume()); !found) return Found(found.error());
        }
        return Found(std::move(all));
    }
    KeyKind key_kind() const override { return kind_of(tables_); }
    bool folds_keys() const override { return false; }
    uid_t owner() const override { return owner_of(tables_); }
    std::vector<std::string> watched_files() const override { return watched_files_of(tables_); }

private:
    static Result<void> add(std::optional<std::string>& all, Found found) {
        if (!found) return found.error();
        if (!*found) return success();
        all = all ? *all + "," + **found : std::move(**found);
        return success();
    }

    Task<Found> rest(std::string_view key, std::size_t at, Answer<Found> waiting,
                     std::optional<std::string> all) {
        auto added = add(all, co_await waiting);
        while (added && ++at < tables_.size())
            added = add(all, co_await tables_[at]->find(key));
        if (!added) co_return added.error();
        co_return all;
    }

    // Shared with the registry, which opens each table once.
    const std::vector<std::shared_ptr<Table>> tables_;
};

}  // namespace

OpenedDictionary open_unionmap(const Opening& opening) {
    auto tables = open_listed("unionmap", opening);
    if (!tables) return tables.error();
    return std::make_unique<UnionDictionary>(std::move(*tables));
}

}  // namespace postern::table
