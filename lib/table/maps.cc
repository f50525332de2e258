// A list of tables: the first that knows wins.
#include "lib/table/table.h"

#include "lib/base/strings.h"

namespace postern::table {

namespace {

using Tables = std::vector<std::shared_ptr<Table>>;
using FoundFrom = Result<std::optional<Maps::From>>;
using Wants = bool (*)(const Table&);

bool any(const Table&) { return true; }
bool exact_only(const Table& table) { return table.key_kind() == KeyKind::exact; }

FoundFrom from(Found found, const Table& table, std::string_view key) {
    if (!found) return std::move(found).error();
    if (!*found) return std::optional<Maps::From>();
    // A value that says nothing: whoever wrote it meant something, which nobody can know.
    if ((*found)->empty())
        return temporary(table.name() + " lookup of " + printable(key) +
                         " returns an empty string result; it should return no result where "
                         "nothing is found");
    return std::optional(Maps::From{std::move(**found), &table});
}

/// The rest of a search whose `at`-th table did not answer at once.
Task<FoundFrom> await_rest(const Tables& tables, std::size_t at, Answer<Found> waiting,
                           std::string_view key, Wants wants) {
    auto found = from(co_await waiting, *tables[at], key);
    while (found && !*found && ++at < tables.size())
        if (wants(*tables[at])) found = from(co_await tables[at]->find(key), *tables[at], key);
    co_return found;
}

Answer<FoundFrom> search(const Tables& tables, std::string_view key, Wants wants) {
    for (std::size_t at = 0; at < tables.size(); ++at) {
        if (!wants(*tables[at])) continue;
        auto answer = tables[at]->find(key);
        if (!answer.await_ready())
            return await_rest(tables, at, std::move(answer), key, wants);
        auto found = from(answer.await_resume(), *tables[at], key);
        if (!found || *found) return found;
    }
    return FoundFrom(std::optional<Maps::From>());
}

Found value_of(FoundFrom found) {
    if (!found) return std::move(found).error();
    if (!*found) return std::optional<std::string>();
    return std::optional(std::move((*found)->value));
}

Task<Found> await_value(Answer<FoundFrom> waiting) { co_return value_of(co_await waiting); }

Answer<Found> value_only(Answer<FoundFrom> answer) {
    if (!answer.await_ready()) return await_value(std::move(answer));
    return value_of(answer.await_resume());
}

}  // namespace

Answer<Found> Maps::find(std::string_view key) const {
    return value_only(search(tables_, key, any));
}

Answer<Found> Maps::find_partial(std::string_view key) const {
    return value_only(search(tables_, key, exact_only));
}

Answer<FoundFrom> Maps::find_from(std::string_view key) const {
    return search(tables_, key, any);
}

}  // namespace postern::table
