// What dnsblog makes of the answers of DNS lists.
#include <catch2/catch.hpp>

#include "services/dnsblog/list_lookup.h"
#include "tests/unit/collected_lines.h"

#include <map>

namespace postern::dnsblog {

namespace {

/// Answers from a table of its own.
class FakeResolver final : public dns::Resolver {
public:
    std::map<std::string, Result<dns::Response>> answers;

    Task<Result<dns::Response>> look_up(std::string name, dns::Type, Deadline) override {
        const auto found = answers.find(name);
        co_return found == answers.end() ? Result<dns::Response>(dns::Response()) : found->second;
    }
};

dns::Response listed_as(std::string_view address, seconds ttl) {
    dns::Response response;
    response.outcome = dns::Response::found;
    response.ttl = ttl;
    response.records.push_back({"", dns::Type::a, ttl,
                                dns::HostAddress{*event::SocketAddress::numeric(address, 0)}});
    return response;
}

struct Fixture {
    event::Loop loop;
    CollectedLines log;
    report::Wording wording;
    report::Counters counters;
    FakeResolver resolver;

    service::ListAnswer ask(const std::string& client) {
        ListLookup lists(loop, resolver, Reporter(log.log(), wording, counters), seconds(0));
        auto answer = loop.run(lists.ask({"bl.example", client}));
        REQUIRE(answer);
        return *answer;
    }
};

}  // namespace

TEST_CASE("a client on a list is logged, and its addresses and their life are given", "[dnsblog]") {
    Fixture fixture;
    fixture.resolver.answers.insert({"1.2.0.192.bl.example", listed_as("127.0.0.2", seconds(300))});
    const auto answer = fixture.ask("192.0.2.1");
    CHECK(answer.addresses == std::vector<std::string>{"127.0.0.2"});
    CHECK(answer.ttl == 300);
    CHECK(fixture.log.text() == "addr 192.0.2.1 listed by domain bl.example as 127.0.0.2\n");
}

TEST_CASE("an answer that does not say how long it holds has the life -1", "[dnsblog]") {
    Fixture fixture;
    CHECK(fixture.ask("192.0.2.9").ttl == -1);
    CHECK(fixture.ask("192.0.2.9").addresses.empty());
    CHECK(fixture.log.text().empty());
}

TEST_CASE("a list that cannot tell is one that does not have the client", "[dnsblog]") {
    Fixture fixture;
    fixture.resolver.answers.insert({"2.2.0.192.bl.example", temporary("Host not found, try again")});
    CHECK(fixture.ask("192.0.2.2").addresses.empty());
    CHECK(fixture.log.text() ==
          "warning: dnsblog_query: lookup error for DNS query 2.2.0.192.bl.example: "
          "Host not found, try again\n");
}

TEST_CASE("an IPv6 client is asked for nibble by nibble", "[dnsblog]") {
    Fixture fixture;
    fixture.resolver.answers.insert(
        {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example",
         listed_as("127.0.0.3", seconds(60))});
    CHECK(fixture.ask("2001:db8::1").addresses.size() == 1);
}

}  // namespace postern::dnsblog
