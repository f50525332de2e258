// The temporary allowlist and its cleaning.
#include <catch2/catch.hpp>

#include "lib/event/group.h"
#include "services/postscreen/cache.h"
#include "tests/unit/collected_lines.h"

#include <map>

namespace postern::postscreen {

namespace {

using Entries = std::map<std::string, std::string>;

class FakeStore final : public CacheStore {
public:
    FakeStore(Entries& entries, bool& is_broken) : entries_(entries), is_broken_(is_broken) {}

    Task<table::Found> find(std::string key) override {
        if (is_broken_) co_return temporary("disk full");
        const auto found = entries_.find(key);
        co_return found == entries_.end() ? table::Found(std::nullopt) : table::Found(found->second);
    }
    Task<Result<void>> put(std::string key, std::string value) override {
        if (is_broken_) co_return temporary("disk full");
        entries_[key] = value;
        co_return success();
    }
    Task<Result<void>> remove(std::string key) override {
        entries_.erase(key);
        co_return success();
    }
    Task<Result<std::optional<table::Entry>>> next(std::optional<std::string> after) override {
        if (is_broken_) co_return temporary("disk full");
        const auto at = after ? entries_.upper_bound(*after) : entries_.begin();
        if (at == entries_.end()) co_return std::optional<table::Entry>();
        co_return std::optional(table::Entry{at->first, at->second});
    }

private:
    Entries& entries_;
    bool& is_broken_;
};

struct Fixture {
    Entries entries;
    bool is_broken = false;
    event::Loop loop;
    CollectedLines log;
    report::Wording wording;
    report::Counters counters;
    Cache cache{loop, "btree:/x", std::make_unique<FakeStore>(entries, is_broken),
                Reporter(log.log(), wording, counters)};
    event::TaskGroup tasks{loop};

    /// The first cleaning is done before the task first waits.
    void begin_cleaning() {
        tasks.spawn(cache.clean_regularly(
            seconds(1000), [](std::string_view value, std::int64_t) { return value == "keep"; }));
    }
};

}  // namespace

TEST_CASE("cleaning removes what is of no use, and says so", "[postscreen]") {
    Fixture fixture;
    fixture.entries = {{"192.0.2.1", "keep"}, {"192.0.2.2", "drop"}, {"192.0.2.3", "drop"}};
    fixture.begin_cleaning();
    CHECK(fixture.log.text() == "cache btree:/x full cleanup: retained=1 dropped=2 entries\n");
    CHECK(fixture.entries.size() == 2);
    CHECK(fixture.entries.count("_LAST_CACHE_CLEANUP_COMPLETED_") == 1);
    CHECK(fixture.entries.count("192.0.2.1") == 1);
}

TEST_CASE("what another process cleaned lately is not cleaned again", "[postscreen]") {
    Fixture fixture;
    const auto now = fixture.loop.clock().wall().time_since_epoch();
    fixture.entries = {{"192.0.2.2", "drop"},
                       {"_LAST_CACHE_CLEANUP_COMPLETED_",
                        std::to_string(std::chrono::duration_cast<seconds>(now).count())}};
    fixture.begin_cleaning();
    CHECK(fixture.log.text().empty());
    CHECK(fixture.entries.size() == 2);
}

TEST_CASE("a cache that fails knows nobody, and says why", "[postscreen]") {
    Fixture fixture;
    fixture.is_broken = true;
    CHECK(!fixture.loop.run(fixture.cache.find("192.0.2.1")));
    CHECK(fixture.log.text() == "warning: postscreen_cache_map btree:/x: disk full\n");
}

TEST_CASE("a cache that was given up is left alone", "[postscreen]") {
    Fixture fixture;
    fixture.cache.give_up();
    fixture.loop.run(fixture.cache.put("192.0.2.1", "keep"));
    CHECK(fixture.entries.empty());
}

}  // namespace postern::postscreen
