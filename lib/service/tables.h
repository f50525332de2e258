// The tables of a daemon: opened before the chroot, watched for changes, with proxymap behind
// proxy:.
#pragma once

#include "lib/service/client.h"
#include "lib/service/daemon.h"
#include "lib/table/proxy_backend.h"
#include "lib/table/registry.h"

#include <memory>
#include <string>
#include <string_view>

namespace postern::service {

/// proxy: by requests to proxymap (proxymap(8)).
class ProxymapBackend final : public table::ProxyBackend {
public:
    explicit ProxymapBackend(Daemon& daemon);

    Answer<table::Found> find(const std::string& table, const table::OpenOptions& options,
                              std::string_view key) override;
    Answer<Result<void>> put(const std::string& table, std::string_view key,
                             std::string_view value) override;
    Answer<Result<bool>> remove(const std::string& table, std::string_view key) override;
    Answer<Result<std::optional<table::Entry>>> next(const std::string& table,
                                                     std::optional<std::string_view> after) override;

private:
    Deadline deadline() const;
    Task<table::Found> ask(std::string table, table::OpenOptions options, std::string key);

    Daemon& daemon_;
    Client reader_, writer_;
};

class Tables {
public:
    explicit Tables(Daemon& daemon);

    table::Registry& registry() noexcept { return registry_; }
    /// The tables of a parameter. A value that is no list of tables ends the process: a mistake
    /// in main.cf, found at start.
    table::Maps open(std::string_view parameter, table::OpenOptions options = {});
    /// From now on the process retires when a file of an open table changes.
    void watch();

private:
    void report_unopened(const std::string& text);

    Daemon& daemon_;
    ProxymapBackend proxymap_;
    table::Registry registry_;
};

}  // namespace postern::service
