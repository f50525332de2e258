#include "services/verify/address_cache.h"
#include "services/verify/prober.h"
#include "tests/unit/collected_lines.h"

#include <catch2/catch.hpp>

#include <map>

using namespace postern;
using namespace postern::verify;
using service::AddressState;

namespace {

struct FakeStore final : table::Store {
    explicit FakeStore(std::map<std::string, std::string>& its_entries) : entries(its_entries) {}
    Result<std::optional<std::string>> find(std::string_view key) override {
        const auto found = entries.find(std::string(key));
        return found == entries.end() ? std::nullopt : std::optional(found->second);
    }
    Result<bool> put(std::string_view key, std::string_view value, table::OnDuplicate) override {
        entries[std::string(key)] = value;
        return true;
    }
    Result<bool> remove(std::string_view key) override {
        return entries.erase(std::string(key)) > 0;
    }
    Result<std::optional<table::Entry>> next(std::optional<std::string_view> after) override {
        const auto found = after ? entries.upper_bound(std::string(*after)) : entries.begin();
        if (found == entries.end()) return std::optional<table::Entry>();
        return std::optional(table::Entry{found->first, found->second});
    }
    Result<void> sync() override { return success(); }
    std::map<std::string, std::string>& entries;
};

Lifetimes lifetimes() {
    Lifetimes times;
    times.address_verify_positive_expire_time = seconds(1000000);
    times.address_verify_positive_refresh_time = seconds(100000);
    times.address_verify_negative_expire_time = seconds(10000);
    times.address_verify_negative_refresh_time = seconds(2000);
    return times;
}

struct Lab {
    explicit Lab(const Lifetimes& times = lifetimes())
        : cache(times, std::make_unique<FakeStore>(entries), log) {}
    AddressCache::Answer query(std::int64_t now) { return cache.query("A@b.example", from_unix(now)); }
    void update(AddressState state, std::int64_t now) {
        cache.update({"a@b.example", state, "text"}, from_unix(now));
    }
    CollectedLines lines;
    Log log = lines.log();
    std::map<std::string, std::string> entries;
    AddressCache cache;
};

constexpr std::int64_t start = 1795545600;

}  // namespace

TEST_CASE("an address that nobody knows is probed once", "[verify]") {
    Lab lab;
    const auto first = lab.query(start);
    CHECK(first.knowledge.state == AddressState::unknown);
    CHECK(first.knowledge.text == "Address verification in progress");
    CHECK(first.wants_probe);
    CHECK_FALSE(lab.query(start + 1).wants_probe);
    CHECK(lab.query(start + 1000).wants_probe);  // that one was lost
}

TEST_CASE("the cache has the values of Postfix", "[verify]") {
    Lab lab;
    lab.query(start);
    CHECK(lab.entries.at("a@b.example") == "3:1795545600:0:");
    lab.update(AddressState::bounced, start + 5);
    CHECK(lab.entries.at("a@b.example") == "2:0:1795545605:text");
    CHECK_FALSE(AddressRecord::parse("x:0:0:y"));
    CHECK_FALSE(AddressRecord::parse("0:1"));
    CHECK(AddressRecord::parse("0:1:2:a:b")->text == "a:b");
}

TEST_CASE("what grows old is told while a probe finds out anew, until it expires", "[verify]") {
    Lab lab;
    lab.update(AddressState::deliverable, start);
    CHECK_FALSE(lab.query(start + 99999).wants_probe);
    const auto old = lab.query(start + 100000);
    CHECK(old.wants_probe);
    CHECK(old.knowledge.state == AddressState::deliverable);
    CHECK(lab.query(start + 1000000).knowledge.state == AddressState::unknown);
}

TEST_CASE("a probe that failed does not take the place of a success that still holds", "[verify]") {
    Lab lab;
    lab.update(AddressState::deliverable, start);
    lab.update(AddressState::deferred, start + 200000);
    CHECK(lab.query(start + 200001).knowledge.state == AddressState::deliverable);
    lab.update(AddressState::bounced, start + 1000000);
    CHECK(lab.query(start + 1000001).knowledge.state == AddressState::bounced);
}

TEST_CASE("without a negative cache a failure is told once", "[verify]") {
    Lifetimes times = lifetimes();
    times.address_verify_negative_cache = false;
    Lab lab(times);
    lab.update(AddressState::bounced, start);
    CHECK(lab.query(start + 1).knowledge.state == AddressState::bounced);
    const auto next = lab.query(start + 2);
    CHECK(next.knowledge.state == AddressState::unknown);
    CHECK(next.wants_probe);
}

TEST_CASE("cleaning removes what has expired, and what is no record", "[verify]") {
    Lab lab;
    lab.entries = {{"damaged", "?"},
                   {"fresh", "2:0:1795545600:x"},
                   {"old", "2:0:1795535600:x"},
                   {"probed", "3:1795545600:0:"}};
    while (lab.cache.clean_some(from_unix(start))) {}
    CHECK(lab.entries.size() == 2);
    CHECK(lab.entries.contains("fresh"));
    CHECK(lab.entries.contains("probed"));
}

TEST_CASE("the sender of probes changes with its time to live", "[verify]") {
    ProbeSettings settings;
    settings.address_verify_sender = "double-bounce@a.example";
    CHECK(probe_sender(settings, from_unix(start)) == "double-bounce@a.example");
    settings.address_verify_sender_ttl = seconds(3600);
    const auto sender = probe_sender(settings, from_unix(start));
    CHECK(sender.starts_with("double-bounce"));
    CHECK(sender.ends_with("@a.example"));
    CHECK(sender == probe_sender(settings, from_unix(start + 1)));
    CHECK(sender != probe_sender(settings, from_unix(start + 3600)));
}
