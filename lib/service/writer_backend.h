// proxy: for the caches of daemons, in tables that proxywrite writes for all (proxymap(8)).
#pragma once

#include "lib/service/proxymap_backend.h"

namespace postern::service {

/// As ProxymapBackend, but lookups go to proxywrite, too: it alone may look into what it writes, and
/// such a table need not be in proxy_read_maps. `loop` lives longer.
class WriterBackend final : public table::ProxyBackend {
public:
    WriterBackend(event::Loop& loop, const config::Config& config);

    Answer<table::Found> find(const std::string& table, const table::OpenOptions& options,
                              std::string_view key) override;
    Answer<Result<void>> put(const std::string& table, std::string_view key,
                             std::string_view value) override {
        return updates_.put(table, key, value);
    }
    Answer<Result<bool>> remove(const std::string& table, std::string_view key) override {
        return updates_.remove(table, key);
    }
    Answer<Result<std::optional<table::Entry>>> next(const std::string& table,
                                                     std::optional<std::string_view> after) override {
        return updates_.next(table, after);
    }

private:
    Task<table::Found> ask(std::string table, table::OpenOptions options, std::string key);

    event::Loop& loop_;
    const seconds timeout_;   ///< ipc_timeout
    ProxymapBackend updates_;
    Client writer_;
};

}  // namespace postern::service
