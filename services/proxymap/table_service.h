// Answers the requests of proxymap(8): lookups in the one role, updates in the other.
#pragma once

#include "lib/service/daemon.h"
#include "lib/service/proxymap.h"
#include "lib/table/registry.h"
#include "lib/table/store.h"
#include "services/proxymap/approved_tables.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace postern::proxymap {

/// proxymap: read-only access to the tables in proxy_read_maps.
class Lookups {
public:
    Lookups(service::Daemon& daemon, table::Registry& registry);
    /// Errors: permanent for a table that is not approved, temporary for one that cannot tell.
    Task<Result<service::TableAnswer>> look_up(service::LookUp request);

private:
    std::shared_ptr<table::Table> open(const service::LookUp& request);

    service::Daemon& daemon_;
    table::Registry& registry_;
    const ApprovedTables approved_;
    std::set<const table::Table*> opened_;   // and watched; the registry keeps them
};

/// proxywrite: the only writer of the tables in proxy_write_maps.
class Updates {
public:
    Updates(service::Daemon& daemon, table::Registry& registry);
    Task<Result<service::TableAnswer>> look_up(service::LookUp request);
    /// What it changed is on disk when it answers.
    Task<Result<service::TableChanged>> update(service::UpdateTable request);
    Task<Result<service::TableEntry>> next(service::NextEntry request);

private:
    Result<table::Store*> open(const std::string& table);
    Result<bool> change(table::Store& store, const service::UpdateTable& request);

    service::Daemon& daemon_;
    table::Registry& registry_;
    const ApprovedTables approved_;
    std::map<std::string, std::unique_ptr<table::Store>> stores_;
};

}  // namespace postern::proxymap
