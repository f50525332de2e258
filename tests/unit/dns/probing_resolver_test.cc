// dnssec_probe.
#include "lib/dns/probing_resolver.h"

#include "lib/event/loop.h"
#include "tests/unit/collected_lines.h"

#include <catch2/catch.hpp>

#include <map>

namespace postern::dns {

namespace {

class FakeServers final : public Resolver {
public:
    std::map<std::string, bool> validated;   ///< by name
    std::vector<std::string> asked;

    Task<Result<Response>> look_up(std::string name, Type type, Deadline) override {
        asked.push_back(type_name(type) + " " + name);
        const auto found = validated.find(name);
        if (found == validated.end()) co_return temporary("Host not found, try again");
        Response response;
        response.is_authenticated = found->second;
        co_return response;
    }
};

struct Fixture {
    event::Loop loop;
    CollectedLines lines;
    FakeServers servers;
    Result<ProbingResolver> resolver = ProbingResolver::make(servers, "ns:.", lines.log());

    void ask(const std::string& name) {
        std::ignore = loop.run(resolver->look_up(name, Type::a, Deadline::never()));
    }
};

const std::string unavailable = "warning: DNSSEC validation may be unavailable\nwarning: reason: dnssec_probe 'ns:.' ";

}  // namespace

TEST_CASE("an answer that is not validated is followed by one probe, and a warning if that is not either", "[dns]") {
    Fixture fixture;
    fixture.servers.validated = {{"a.example", false}, {".", false}};
    fixture.ask("a.example");
    fixture.ask("a.example");
    CHECK(fixture.lines.text() == unavailable + "received a response that is not DNSSEC validated\n");
    CHECK(fixture.servers.asked == std::vector<std::string>{"A a.example", "NS .", "A a.example"});
}

TEST_CASE("a probe without response is said with its reason", "[dns]") {
    Fixture fixture;
    fixture.servers.validated = {{"a.example", false}};
    fixture.ask("a.example");
    CHECK(fixture.lines.text() == unavailable + "received no response: Host not found, try again\n");
}

TEST_CASE("who has had one validated answer, or whose probe is validated, hears nothing", "[dns]") {
    Fixture fixture;
    SECTION("an earlier answer") {
        fixture.servers.validated = {{"a.example", true}, {"b.example", false}};
        fixture.ask("a.example");
    }
    SECTION("the probe") { fixture.servers.validated = {{"b.example", false}, {".", true}}; }
    fixture.ask("b.example");
    CHECK(fixture.lines.text().empty());
}

TEST_CASE("a probe is a type and a name, or none", "[dns]") {
    Fixture fixture;
    fixture.servers.validated = {{"a.example", false}};
    fixture.resolver = ProbingResolver::make(fixture.servers, "", fixture.lines.log());
    fixture.ask("a.example");
    CHECK(fixture.servers.asked.size() == 1);
    for (const char* bad : {"ns", "bogus:."}) CHECK_FALSE(ProbingResolver::make(fixture.servers, bad, fixture.lines.log()));
}

}  // namespace postern::dns
