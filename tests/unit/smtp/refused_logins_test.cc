// smtp_sasl_auth_cache_name.
#include "smtp/refused_logins.h"

#include "lib/event/loop.h"
#include "tests/unit/base/fake_clock.h"
#include "tests/unit/collected_lines.h"

#include <catch2/catch.hpp>

#include <map>

namespace postern::smtp {

namespace {

class FakeProxymap final : public table::ProxyBackend {
public:
    std::map<std::string, std::string> entries;
    bool is_down = false;

    Answer<table::Found> find(const std::string&, const table::OpenOptions&, std::string_view key) override {
        if (is_down) return table::Found(temporary("proxymap: connection refused"));
        const auto found = entries.find(std::string(key));
        return table::Found(found == entries.end() ? std::optional<std::string>() : found->second);
    }
    Answer<Result<void>> put(const std::string&, std::string_view key, std::string_view value) override {
        if (is_down) return Result<void>(temporary("proxymap: connection refused"));
        entries[std::string(key)] = value;
        return success();
    }
    Answer<Result<bool>> remove(const std::string&, std::string_view key) override {
        return Result<bool>(entries.erase(std::string(key)) > 0);
    }
    Answer<Result<std::optional<table::Entry>>> next(const std::string&, std::optional<std::string_view>) override {
        return Result<std::optional<table::Entry>>(std::optional<table::Entry>());
    }
};

struct Fixture {
    event::Loop loop;
    test::FakeClock clock;
    CollectedLines lines;
    FakeProxymap proxymap;
    RefusedLogins logins{proxymap, "btree:/x", seconds(100), clock, lines.log()};

    static std::string key(const std::string& password) {
        return RefusedLogins::key_of("mx.example", {"user", sasl::Secret(password)});
    }
    std::optional<Reply> find(const std::string& password) { return loop.run(logins.find(key(password))); }
};

}  // namespace

TEST_CASE("a login that was refused is known with the server's words until its time is over", "[smtp]") {
    Fixture fixture;
    CHECK_FALSE(fixture.find("wrong"));
    fixture.loop.run(fixture.logins.add(Fixture::key("wrong"), "535 5.7.8 no; not so"));
    CHECK(fixture.find("wrong")->text == "535 5.7.8 no; not so");
    CHECK_FALSE(fixture.find("right"));
    fixture.clock.advance(seconds(101));
    CHECK_FALSE(fixture.find("wrong"));
    CHECK(fixture.proxymap.entries.empty());
}

TEST_CASE("the table holds no password", "[smtp]") {
    Fixture fixture;
    fixture.loop.run(fixture.logins.add(Fixture::key("geheim"), "535 no"));
    REQUIRE(fixture.proxymap.entries.size() == 1);
    CHECK(fixture.proxymap.entries.begin()->first.find("geheim") == std::string::npos);
    CHECK(fixture.proxymap.entries.begin()->first.starts_with("mx.example;"));
}

TEST_CASE("a table that is down is said, and the login is tried", "[smtp]") {
    Fixture fixture;
    fixture.proxymap.is_down = true;
    CHECK_FALSE(fixture.find("wrong"));
    CHECK(fixture.lines.text() == "warning: smtp_sasl_auth_cache_name: proxymap: connection refused\n");
}

}  // namespace postern::smtp
