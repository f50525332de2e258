#include "services/tlsmgr/session_cache.h"

#include <catch2/catch.hpp>

#include <map>

namespace postern::tlsmgr {

namespace {

using Entries = std::map<std::string, std::string, std::less<>>;

/// A table in memory that the test looks into.
class FakeTable final : public table::Store {
public:
    explicit FakeTable(Entries& entries) : entries_(entries) {}
    Result<std::optional<std::string>> find(std::string_view key) override {
        const auto found = entries_.find(key);
        return found == entries_.end() ? std::optional<std::string>() : found->second;
    }
    Result<bool> put(std::string_view key, std::string_view value, table::OnDuplicate) override {
        entries_[std::string(key)] = value;
        return true;
    }
    Result<bool> remove(std::string_view key) override { return entries_.erase(std::string(key)) == 1; }
    Result<std::optional<table::Entry>> next(std::optional<std::string_view> after) override {
        const auto found = after ? entries_.upper_bound(*after) : entries_.begin();
        if (found == entries_.end()) return std::optional<table::Entry>();
        return std::optional(table::Entry{found->first, found->second});
    }
    Result<void> sync() override { return success(); }

private:
    Entries& entries_;
};

struct Lab {
    Entries entries;
    SessionCacheTable cache{std::make_unique<FakeTable>(entries), seconds(600)};
};

const WallTime start = from_unix(1000);

}  // namespace

TEST_CASE("a session is found under its id for as long as the cache lasts", "[tlsmgr]") {
    Lab lab;
    REQUIRE(lab.cache.save(std::string("\0\xab", 2), "secret", start));
    CHECK(lab.entries.begin()->first == "00AB");
    CHECK(lab.entries.begin()->second == "1600 c2VjcmV0");
    CHECK(*lab.cache.find(std::string("\0\xab", 2), start + seconds(599)) == "secret");
    CHECK_FALSE(*lab.cache.find(std::string("\0\xab", 2), start + seconds(600)));
    CHECK(lab.entries.empty());
}

TEST_CASE("a session that is removed is found no more", "[tlsmgr]") {
    Lab lab;
    REQUIRE(lab.cache.save("a", "secret", start));
    REQUIRE(lab.cache.remove("a"));
    CHECK_FALSE(*lab.cache.find("a", start));
}

TEST_CASE("cleaning up goes on where it stopped, and removes what is old or of another form", "[tlsmgr]") {
    Lab lab;
    REQUIRE(lab.cache.save("a", "old", start));
    REQUIRE(lab.cache.save("b", "new", start + seconds(500)));
    lab.entries["zz"] = "0102030405";   // as Postfix writes them
    CHECK_FALSE(*lab.cache.clean_up(1, start + seconds(700)));
    CHECK(lab.entries.size() == 2);
    CHECK_FALSE(*lab.cache.clean_up(2, start + seconds(700)));
    CHECK(lab.entries.size() == 1);
    CHECK(*lab.cache.clean_up(5, start + seconds(700)));
    CHECK(*lab.cache.find("b", start + seconds(700)) == "new");
}

}  // namespace postern::tlsmgr
