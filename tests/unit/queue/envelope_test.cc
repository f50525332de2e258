#include "lib/queue/envelope.h"

#include "tests/unit/queue/scratch_spool.h"

using namespace postern;
using namespace postern::queue;

TEST_CASE("an attribute is found by its name, whatever its value holds", "[queue]") {
    Attributes attributes;
    attributes.set("client_name", "a=b.example");
    attributes.set("helo_name", "");
    attributes.set("sasl_username", std::string("x\0y", 3));
    CHECK(attributes.find("client_name") == "a=b.example");
    CHECK(attributes.find("helo_name") == "");
    CHECK(attributes.find("sasl_username") == std::string_view("x\0y", 3));
    CHECK_FALSE(attributes.find("client"));
    CHECK(attributes.value_or("client", "none") == "none");
}

TEST_CASE("an attribute that is set again keeps its place", "[queue]") {
    Attributes attributes;
    attributes.set("first", "1");
    attributes.set("second", "2");
    attributes.set("first", std::string(300, 'x'));
    const auto all = attributes.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "first");
    CHECK(all[0].value == std::string(300, 'x'));
    CHECK(all[1].name == "second");
    CHECK(all[1].value == "2");
}
