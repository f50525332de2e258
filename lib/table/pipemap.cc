// pipemap:{type:name, ...}: what a table finds is the key for the next.
#include "lib/table/table_list.h"
#include "lib/table/types.h"

namespace postern::table {

namespace {

class PipeDictionary final : public Dictionary {
public:
    explicit PipeDictionary(std::vector<std::shared_ptr<Table>> tables)
        : tables_(std::move(tables)) {}

    Answer<Found> find(std::string_view key) override {
        Found found(std::string{key});
        for (std::size_t at = 0; found && *found && at < tables_.size(); ++at) {
            // Kept until the table has answered, wherever that happens.
            auto query = std::make_unique<std::string>(std::move(**found));
            auto answer = tables_[at]->find(*query);
            if (!answer.await_ready()) return rest(at, std::move(query), std::move(answer));
            found = answer.await_resume();
        }
        return found;
    }
    KeyKind key_kind() const override { return kind_of(tables_); }
    bool folds_keys() const override { return false; }
    uid_t owner() const override { return owner_of(tables_); }
    std::vector<std::string> watched_files() const override { return watched_files_of(tables_); }

private:
    Task<Found> rest(std::size_t at, std::unique_ptr<std::string> query, Answer<Found> waiting) {
        Found found = co_await waiting;
        while (found && *found && ++at < tables_.size()) {
            *query = std::move(**found);
            found = co_await tables_[at]->find(*query);
        }
        co_return found;
    }

    // Shared with the registry, which opens each table once.
    const std::vector<std::shared_ptr<Table>> tables_;
};

}  // namespace

OpenedDictionary open_pipemap(const Opening& opening) {
    auto tables = open_listed("pipemap", opening);
    if (!tables) return tables.error();
    return std::make_unique<PipeDictionary>(std::move(*tables));
}

}  // namespace postern::table
