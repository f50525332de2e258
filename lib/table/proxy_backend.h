// proxy: as this layer sees it. lib/service implements it by requests to proxymap(8).
#pragma once

#include "lib/table/table.h"

namespace postern::table {

/// Tables that another process has opened for all. `table` is what follows "proxy:".
class ProxyBackend {
public:
    virtual ~ProxyBackend() = default;

    /// Errors are temporary: no answer, not listed in proxy_read_maps, or the table failed.
    /// `key` lives until the answer is awaited to its end.
    virtual Answer<Found> find(const std::string& table, const OpenOptions& options,
                               std::string_view key) = 0;

    /// For caches (proxy_write_maps). `remove` gives false when there was no such key.
    virtual Answer<Result<void>> put(const std::string& table, std::string_view key,
                                     std::string_view value) = 0;
    virtual Answer<Result<bool>> remove(const std::string& table, std::string_view key) = 0;
    /// The entry that follows the key `after`, or the first one. Nothing at the end.
    virtual Answer<Result<std::optional<Entry>>> next(const std::string& table,
                                                      std::optional<std::string_view> after) = 0;
};

}  // namespace postern::table
