#include "lib/dns/name_servers.h"

#include "lib/event/group.h"
#include "tests/unit/dns/zone.h"

#include <catch2/catch.hpp>

namespace postern::dns::test {

using namespace std::string_literals;

namespace {

struct Lab {
    event::Loop loop;
    Zone zone{loop};

    NameServers servers(NameServerSettings settings = {}) {
        settings.resolv_conf = "/nonexistent";
        settings.servers = zone.server();
        return NameServers(loop, settings);
    }
    Result<Response> ask(NameServers& servers, std::string name, Type type,
                       milliseconds wait = seconds(10)) {
        return loop.run(servers.look_up(std::move(name), type, loop.in(wait)));
    }
};

Task<void> forget(NameServers& servers, Deadline deadline) {
    std::ignore = co_await servers.look_up("silent.example", Type::a, deadline);
}

}  // namespace

TEST_CASE("a lookup tells found, no such name, no data and malformed apart", "[dns]") {
    Lab lab;
    lab.zone.known["x.example 1"] = {0, {wire_record("x.example", 1, "\x7f\0\0\1"s)}};
    lab.zone.known["x.example 15"] = {0, {}};
    lab.zone.known["short.example 15"] = {0, {wire_record("short.example", 15, "\0"s)}};
    auto servers = lab.servers();

    const auto found = lab.ask(servers, "x.example", Type::a);
    REQUIRE(found);
    CHECK(found->outcome == Response::found);
    CHECK(found->records.size() == 1);
    CHECK(found->ttl == seconds(300));
    CHECK_FALSE(found->is_authenticated);
    CHECK(lab.ask(servers, "nosuch.example", Type::a)->outcome == Response::no_such_name);
    CHECK(lab.ask(servers, "x.example", Type::mx)->outcome == Response::no_data);
    CHECK(lab.ask(servers, "a..example", Type::mx)->outcome == Response::no_such_name);
    const auto malformed = lab.ask(servers, "short.example", Type::mx);
    REQUIRE(malformed);
    CHECK(malformed->outcome == Response::malformed);
    CHECK(malformed->reason() == "Malformed or unexpected name server reply");
    CHECK(malformed->complaints.size() == 1);
}

TEST_CASE("row 20: SERVFAIL, REFUSED and silence are temporary errors", "[dns]") {
    Lab lab;
    lab.zone.known["servfail.example 15"] = {2, {}};
    lab.zone.known["refused.example 15"] = {5, {}};
    lab.zone.known["silent.example 1"].is_silent = true;
    auto servers = lab.servers();
    for (const char* name : {"servfail.example", "refused.example"}) {
        const auto answer = lab.ask(servers, name, Type::mx);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Errc::temporary);
        CHECK(answer.error().text == "Host not found, try again");
    }
    const auto late = lab.ask(servers, "silent.example", Type::a, milliseconds(1));
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::timeout);
}

TEST_CASE("row 20: aliases that the server does not follow are followed, a circle is an error",
          "[dns]") {
    Lab lab;
    lab.zone.known["a.example 1"] = {0, {wire_record("a.example", 5, wire_name("b.example"))}};
    lab.zone.known["b.example 1"] = {0, {wire_record("b.example", 1, "\x7f\0\0\1"s)}};
    lab.zone.known["c.example 1"] = {0, {wire_record("c.example", 5, wire_name("d.example"))}};
    lab.zone.known["d.example 1"] = {0, {wire_record("d.example", 5, wire_name("c.example"))}};
    auto servers = lab.servers();
    const auto answer = lab.ask(servers, "a.example", Type::a);
    REQUIRE(answer);
    CHECK(answer->canonical_name == "b.example");
    const auto circle = lab.ask(servers, "c.example", Type::a);
    REQUIRE_FALSE(circle);
    CHECK(circle.error().is_permanent());
    CHECK(circle.error().text == "Name server loop for c.example");
}

TEST_CASE("the AD bit is passed on", "[dns]") {
    Lab lab;
    lab.zone.known["x.example 1"] = {0x20, {wire_record("x.example", 1, "\x7f\0\0\1"s)}};
    NameServerSettings settings;
    settings.dnssec = true;
    auto servers = lab.servers(settings);
    CHECK(lab.ask(servers, "x.example", Type::a)->is_authenticated);
}

TEST_CASE("a lookup ended at its wait leaves nothing behind; its answer is dropped", "[dns]") {
    Lab lab;
    lab.zone.known["silent.example 1"].is_silent = true;
    lab.zone.known["x.example 1"] = {0, {wire_record("x.example", 1, "\x7f\0\0\1"s)}};
    auto servers = lab.servers();
    {
        event::TaskGroup tasks(lab.loop);
        tasks.spawn(forget(servers, Deadline::never()));
    }
    CHECK(lab.ask(servers, "x.example", Type::a)->outcome == Response::found);
}

TEST_CASE("a resolver may be destroyed with questions under way", "[dns]") {
    Lab lab;
    lab.zone.known["silent.example 1"].is_silent = true;
    event::TaskGroup tasks(lab.loop);
    {
        auto servers = lab.servers();
        tasks.spawn(forget(servers, Deadline::never()));
        tasks.cancel();
    }
    CHECK(tasks.empty());
}

}  // namespace postern::dns::test
