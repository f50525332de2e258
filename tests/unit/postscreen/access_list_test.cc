// postscreen_access_list.
#include <catch2/catch.hpp>

#include "lib/event/loop.h"
#include "services/postscreen/access_list.h"
#include "tests/unit/collected_lines.h"

namespace postern::postscreen {

namespace {

struct Fixture {
    event::Loop loop;
    CollectedLines log;
    table::Registry registry{table::Settings(), {.warn = [](const std::string&) {}}};
    table::HostList mynetworks =
        *table::HostList::open("mynetworks", "192.0.2.0/24", false, registry);

    Access judge(const std::vector<std::string>& entries, const std::string& address) {
        auto list = AccessList::open(entries, mynetworks, registry, log.log());
        REQUIRE(list);
        return loop.run(list->judge(address));
    }
};

}  // namespace

TEST_CASE("clients of mynetworks are let through, others are tested", "[postscreen]") {
    Fixture fixture;
    CHECK(fixture.judge({"permit_mynetworks"}, "192.0.2.7") == Access::permit);
    CHECK(fixture.judge({"Permit_MyNetworks"}, "198.51.100.7") == Access::dunno);
}

TEST_CASE("the first entry that knows the client decides", "[postscreen]") {
    Fixture fixture;
    const std::vector<std::string> entries = {
        "inline:{198.51.100.1=permit, 198.51.100.2=REJECT, 198.51.100.3=dunno}", "reject"};
    CHECK(fixture.judge(entries, "198.51.100.1") == Access::permit);
    CHECK(fixture.judge(entries, "198.51.100.2") == Access::reject);
    CHECK(fixture.judge({"dunno", "reject"}, "198.51.100.2") == Access::dunno);
}

TEST_CASE("dunno in a table goes on behind the table", "[postscreen]") {
    Fixture fixture;
    CHECK(fixture.judge({"inline:{198.51.100.3=dunno}", "reject"}, "198.51.100.3") ==
          Access::reject);
}

TEST_CASE("a result that nobody understands ends the list, and is logged", "[postscreen]") {
    Fixture fixture;
    CHECK(fixture.judge({"inline:{198.51.100.3=bogus}", "reject"}, "198.51.100.3") ==
          Access::dunno);
    CHECK(fixture.log.text() == "warning: inline:{198.51.100.3=bogus}: unknown command: bogus -- "
                                "ignoring the remainder of this access list\n");
}

TEST_CASE("a table that cannot tell lets nobody through", "[postscreen]") {
    Fixture fixture;
    CHECK(fixture.judge({"fail:x", "permit"}, "198.51.100.3") == Access::dunno);
}

TEST_CASE("an entry that is neither command nor table is a mistake", "[postscreen]") {
    Fixture fixture;
    const auto list = AccessList::open({"permit_all"}, fixture.mynetworks, fixture.registry,
                                       fixture.log.log());
    REQUIRE(!list);
    CHECK(list.error().text == "postscreen_access_list: unknown command: permit_all");
}

}  // namespace postern::postscreen
