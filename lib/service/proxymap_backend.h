// proxy: by requests to proxymap and proxywrite (proxymap(8)).
#pragma once

#include "lib/config/config.h"
#include "lib/service/client.h"
#include "lib/table/proxy_backend.h"

#include <string>
#include <string_view>

namespace postern::service {

/// One in a process. `loop` lives longer.
class ProxymapBackend final : public table::ProxyBackend {
public:
    /// `queue_directory` is empty for daemons, which work in it.
    ProxymapBackend(event::Loop& loop, const config::Config& config,
                    const std::string& queue_directory = "");

    Answer<table::Found> find(const std::string& table, const table::OpenOptions& options,
                              std::string_view key) override;
    Answer<Result<void>> put(const std::string& table, std::string_view key,
                             std::string_view value) override;
    Answer<Result<bool>> remove(const std::string& table, std::string_view key) override;
    Answer<Result<std::optional<table::Entry>>> next(
        const std::string& table, std::optional<std::string_view> after) override;

private:
    Deadline deadline() const;
    Task<table::Found> ask(std::string table, table::OpenOptions options, std::string key);

    event::Loop& loop_;
    const seconds timeout_;   ///< ipc_timeout
    Client reader_, writer_;
};

}  // namespace postern::service
