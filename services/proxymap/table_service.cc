// Lookups and updates for other processes.
#include "services/proxymap/table_service.h"

namespace postern::proxymap {

namespace {

/// What is not approved is a mistake in main.cf, or a stranger: the log has it, too.
Result<void> approve(const ApprovedTables& approved, const std::string& table, const Log& log) {
    auto checked = approved.check(table);
    if (!checked) log.warning("{}", checked.error().text);
    return checked;
}

}  // namespace

Lookups::Lookups(service::Daemon& daemon, table::Registry& registry)
    : daemon_(daemon),
      registry_(registry),
      approved_("proxy_read_maps", daemon.config().text("proxy_read_maps")) {}

std::shared_ptr<table::Table> Lookups::open(const service::LookUp& request) {
    auto table = registry_.open_or_unavailable(
        request.table, {.fold_case = request.fold_case, .utf8 = request.utf8});
    if (opened_.insert(table.get()).second) daemon_.watch(table->watched_files());
    return table;
}

Task<Result<service::TableAnswer>> Lookups::look_up(service::LookUp request) {
    if (auto checked = approve(approved_, request.table, daemon_.log()); !checked)
        co_return checked.error();
    const auto table = open(request);
    auto found = co_await table->find(request.key);
    if (!found) co_return found.error();
    co_return service::TableAnswer{std::move(*found)};
}

Updates::Updates(service::Daemon& daemon, table::Registry& registry)
    : daemon_(daemon),
      registry_(registry),
      approved_("proxy_write_maps", daemon.config().text("proxy_write_maps")) {}

Result<table::Store*> Updates::open(const std::string& table) {
    if (auto checked = approve(approved_, table, daemon_.log()); !checked) return checked.error();
    auto& store = stores_[table];
    if (store) return store.get();
    auto opened = table::open_store(registry_, table);
    if (!opened) return opened.error();
    store = std::move(*opened);
    return store.get();
}

Task<Result<service::TableAnswer>> Updates::look_up(service::LookUp request) {
    auto store = open(request.table);
    if (!store) co_return store.error();
    auto found = (*store)->find(request.key);
    if (!found) co_return found.error();
    co_return service::TableAnswer{std::move(*found)};
}

Result<bool> Updates::change(table::Store& store, const service::UpdateTable& request) {
    auto changed = request.value
                       ? store.put(request.key, *request.value, table::OnDuplicate::replace)
                       : store.remove(request.key);
    if (!changed) return changed;
    if (auto synced = store.sync(); !synced) return synced.error();
    return !request.value && *changed;
}

Task<Result<service::TableChanged>> Updates::update(service::UpdateTable request) {
    auto store = open(request.table);
    if (!store) co_return store.error();
    auto was_there = change(**store, request);
    if (!was_there) co_return was_there.error();
    co_return service::TableChanged{*was_there};
}

Task<Result<service::TableEntry>> Updates::next(service::NextEntry request) {
    auto store = open(request.table);
    if (!store) co_return store.error();
    const auto after = request.after ? std::optional<std::string_view>(*request.after)
                                     : std::nullopt;
    auto entry = (*store)->next(after);
    if (!entry) co_return entry.error();
    if (!*entry) co_return service::TableEntry{};
    co_return service::TableEntry{std::move((*entry)->key), std::move((*entry)->value)};
}

}  // namespace postern::proxymap
