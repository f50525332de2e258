// The temporary allowlist; see the header.
#include "services/postscreen/cache.h"

#include "lib/base/strings.h"
#include "lib/report/postscreen_events.h"
#include "services/postscreen/client_record.h"

namespace postern::postscreen {

namespace {

/// Beside the clients, when they were last gone through. Debian's Postfix reads and writes it, too.
constexpr std::string_view last_cleanup_key = "_LAST_CACHE_CLEANUP_COMPLETED_";
constexpr seconds longest_unsynced{5};
constexpr int entries_at_once = 100;

class LocalCache final : public CacheStore, private event::Timer {
public:
    LocalCache(event::Loop& loop, std::unique_ptr<table::Store> store)
        : loop_(loop), store_(std::move(store)) {}
    ~LocalCache() override { std::ignore = store_->sync(); }   // nobody is left to be told

    Task<table::Found> find(std::string key) override { co_return store_->find(key); }
    Task<Result<void>> put(std::string key, std::string value) override {
        auto done = store_->put(key, value, table::OnDuplicate::replace);
        changed();
        co_return done ? Result<void>() : Result<void>(done.error());
    }
    Task<Result<void>> remove(std::string key) override {
        auto done = store_->remove(key);
        changed();
        co_return done ? Result<void>() : Result<void>(done.error());
    }
    Task<Result<std::optional<table::Entry>>> next(std::optional<std::string> after) override {
        co_return store_->next(after ? std::optional<std::string_view>(*after) : std::nullopt);
    }

private:
    void changed() {
        if (!is_set()) loop_.set(*this, loop_.in(longest_unsynced));
    }
    void expired() override { std::ignore = store_->sync(); }   // an error shows at the next write

    event::Loop& loop_;
    const std::unique_ptr<table::Store> store_;
};

class SharedCache final : public CacheStore {
public:
    SharedCache(table::ProxyBackend& proxy, std::string table)
        : proxy_(proxy), table_(std::move(table)) {}

    Task<table::Found> find(std::string key) override {
        // By an entry's place, for proxywrite alone may look into what it writes.
        co_return co_await proxy_.find(table_, {}, key);
    }
    Task<Result<void>> put(std::string key, std::string value) override {
        co_return co_await proxy_.put(table_, key, value);
    }
    Task<Result<void>> remove(std::string key) override {
        auto done = co_await proxy_.remove(table_, key);
        co_return done ? Result<void>() : Result<void>(done.error());
    }
    Task<Result<std::optional<table::Entry>>> next(std::optional<std::string> after) override {
        co_return co_await proxy_.next(
            table_, after ? std::optional<std::string_view>(*after) : std::nullopt);
    }

private:
    table::ProxyBackend& proxy_;
    const std::string table_;
};

}  // namespace

std::unique_ptr<CacheStore> local_cache(event::Loop& loop, std::unique_ptr<table::Store> store) {
    return std::make_unique<LocalCache>(loop, std::move(store));
}

std::unique_ptr<CacheStore> shared_cache(table::ProxyBackend& proxy, std::string table) {
    return std::make_unique<SharedCache>(proxy, std::move(table));
}

void Cache::complain(const Error& error) const {
    reporter_.log().warning("postscreen_cache_map {}: {}", name_, error.text);
}

Task<std::optional<std::string>> Cache::find(std::string key) {
    const auto store = store_;
    if (!store) co_return std::nullopt;
    auto found = co_await store->find(std::move(key));
    if (found) co_return std::move(*found);
    complain(found.error());
    co_return std::nullopt;
}

Task<void> Cache::put(std::string key, std::string value) {
    const auto store = store_;
    if (!store) co_return;
    auto done = co_await store->put(std::move(key), std::move(value));
    if (!done) complain(done.error());
}

Task<seconds> Cache::since_last_cleanup() {
    const auto found = co_await find(std::string(last_cleanup_key));
    const auto then = found ? parse_number(*found) : std::nullopt;
    if (!then) co_return seconds::max();
    co_return seconds(second_of(loop_.clock().wall()) - static_cast<std::int64_t>(*then));
}

Task<void> Cache::clean(IsOfUse is_of_use) {
    report::CacheCleaned done{.cache = name_};
    std::optional<std::string> last;
    for (int count = 1; const auto store = store_; ++count) {
        auto entry = co_await store->next(last);
        if (!entry) {
            complain(entry.error());
            done.is_partial = true;
            break;
        }
        if (!*entry) break;
        last = (*entry)->key;
        if (*last == last_cleanup_key) continue;
        if (is_of_use((*entry)->value, second_of(loop_.clock().wall()))) {
            ++done.retained;
        } else {
            ++done.dropped;
            if (auto removed = co_await store->remove(*last); !removed) complain(removed.error());
        }
        // A large cache must not keep clients waiting.
        if (count % entries_at_once == 0) co_await event::Yield(loop_);
    }
    done.is_partial = done.is_partial || !store_;
    reporter_.report(done);
    if (!done.is_partial)
        co_await put(std::string(last_cleanup_key), std::to_string(second_of(loop_.clock().wall())));
}

Task<void> Cache::clean_regularly(seconds interval, IsOfUse is_of_use) {
    if (interval <= seconds(0)) co_return;
    const seconds passed = co_await since_last_cleanup();
    if (passed >= seconds(0) && passed < interval)
        co_await event::Sleep(loop_, loop_.in(interval - passed));
    for (;;) {
        co_await clean(is_of_use);
        co_await event::Sleep(loop_, loop_.in(interval));
    }
}

}  // namespace postern::postscreen
