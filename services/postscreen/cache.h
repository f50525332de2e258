// The temporary allowlist: what this process, and those before it, found out about clients
// (postscreen_cache_map).
#pragma once

#include "lib/event/loop.h"
#include "lib/report/reporter.h"
#include "lib/table/proxy_backend.h"
#include "lib/table/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace postern::postscreen {

/// Where entries are kept. Errors are temporary and name the table.
class CacheStore {
public:
    virtual ~CacheStore() = default;
    virtual Task<table::Found> find(std::string key) = 0;
    virtual Task<Result<void>> put(std::string key, std::string value) = 0;
    virtual Task<Result<void>> remove(std::string key) = 0;
    virtual Task<Result<std::optional<table::Entry>>> next(std::optional<std::string> after) = 0;
};

/// A table of our own, which nobody else writes meanwhile. What was written is on disk within
/// seconds, and when it is destroyed.
std::unique_ptr<CacheStore> local_cache(event::Loop& loop, std::unique_ptr<table::Store> store);
/// A table behind proxymap, shared with others; `table` is what follows "proxy:".
std::unique_ptr<CacheStore> shared_cache(table::ProxyBackend& proxy, std::string table);

/// One in a process. Errors of the store are logged; to have no cache is to know nobody.
class Cache {
public:
    Cache(event::Loop& loop, std::string name, std::unique_ptr<CacheStore> store, Reporter reporter)
        : loop_(loop), name_(std::move(name)), store_(std::move(store)), reporter_(reporter) {}

    Task<std::optional<std::string>> find(std::string key);
    Task<void> put(std::string key, std::string value);

    /// Whether an entry may stay, by its value and the time.
    using IsOfUse = std::function<bool(std::string_view value, std::int64_t now)>;
    /// Removes what is of no use, now if the last time was `interval` ago, and then each time the
    /// interval has passed. Does not end.
    Task<void> clean_regularly(seconds interval, IsOfUse is_of_use);

    /// Another process is to have it.
    void give_up() { store_.reset(); }

private:
    Task<void> clean(IsOfUse is_of_use);
    Task<seconds> since_last_cleanup();
    void complain(const Error& error) const;

    event::Loop& loop_;
    const std::string name_;
    // Shared because a lookup that waits for proxymap may outlive give_up().
    std::shared_ptr<CacheStore> store_;
    const Reporter reporter_;
};

}  // namespace postern::postscreen
