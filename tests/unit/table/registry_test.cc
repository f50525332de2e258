// Names of tables, and what is wrong with them.
#include "tests/unit/table/fixtures.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

TEST_CASE("what is no table says what is wrong", "[registry]") {
    World world;
    CHECK(world.error_of("hash") ==
          "open dictionary: expecting \"type:name\" form instead of \"hash\"");
    CHECK(world.error_of("hash:") ==
          "open dictionary: expecting \"type:name\" form instead of \"hash:\"");
    CHECK(world.error_of("hsah:/x") == "unsupported dictionary type: hsah (is it \"hash\"?)");
    CHECK(world.error_of("mainframe:/x") == "unsupported dictionary type: mainframe");
    CHECK(world.error_of("unix:shadow") == "unknown table: unix:shadow");
    CHECK(world.error_of("inline:{a}") ==
          "missing '=' after attribute name: \"inline:{a}\"; need \"inline:{name=value...}\"");
    CHECK(world.error_of("inline:{}") ==
          "bad syntax: \"inline:{}\"; need \"inline:{name=value...}\"");
    CHECK(world.error_of("static:{a b") == "bad static:name syntax: missing '}' in \"{a b\"");
    CHECK(world.error_of("static:{a}b") ==
          "bad static:name syntax: syntax error after '}' in \"{a}b\"");
    CHECK(world.error_of("randmap:x") == "bad syntax: \"randmap:x\"; need \"randmap:{value...}\"");
    CHECK(world.error_of("pipemap:{}") ==
          "bad syntax: \"pipemap:{}\"; need \"pipemap:{type:name...}\"");
    CHECK(world.error_of("unionmap:{bar:1}").starts_with("unsupported dictionary type: bar"));
    CHECK(world.error_of("socketmap:x") == "socketmap requires server:socketmap argument");
    CHECK(world.error_of("proxy:hash:/x") == "this program has no access to the proxymap service");
}

TEST_CASE("a list of tables may have braces, commas and blanks", "[registry]") {
    World world;
    const auto maps = world.registry.open_maps(
        "alias_maps", "inline:{a=1, {b=2 3}}, {static:x}\tunionmap:{static:a static:b}");
    REQUIRE(maps);
    REQUIRE(maps->tables().size() == 3);
    CHECK(say(*maps->tables()[0], "b") == "2 3");
    CHECK(say(*maps->tables()[2], "b") == "a,b");
}

TEST_CASE("an error in a list names the parameter", "[registry]") {
    World world;
    const auto maps = world.registry.open_maps("alias_maps", "hash");
    REQUIRE(!maps);
    CHECK(maps.error().text ==
          "alias_maps: open dictionary: expecting \"type:name\" form instead of \"hash\"");
}

TEST_CASE("the first table of a list that knows wins, and an error ends the search", "[maps]") {
    World world;
    auto find = [&world](const std::string& list) {
        const auto maps = world.registry.open_maps("maps", list);
        REQUIRE(maps);
        auto answer = maps->find("a");
        REQUIRE(answer.await_ready());
        return answer.await_resume();
    };
    CHECK(*find("inline:{b=0}, inline:{a=1}, inline:{a=2}") == "1");
    CHECK(*find("inline:{b=0}") == std::nullopt);
    CHECK(!find("inline:{b=0}, fail:x, inline:{a=2}"));
    CHECK(*find("inline:{a=1}, fail:x") == "1");
}

TEST_CASE("an entry without text is an error, never an answer or the next table's turn", "[maps]") {
    World world;
    const auto maps = world.registry.open_maps("maps", "inline:{{a = }}, static:x");
    const auto found = maps->find("a").await_resume();
    REQUIRE(!found);
    CHECK(!found.error().is_permanent());
    CHECK(found.error().text.starts_with("inline:{{a = }} lookup of a returns an empty string"));
    CHECK(**maps->find("b").await_resume() == "x");
}

TEST_CASE("partial keys are not for pattern tables", "[maps]") {
    World world;
    const auto maps = world.registry.open_maps("maps", "regexp:{{/a/ r}}, inline:{a=i}");
    REQUIRE(maps);
    CHECK(*maps->find("a").await_resume() == "r");
    CHECK(*maps->find_partial("a").await_resume() == "i");
    CHECK((*maps->find_from("a").await_resume())->table == maps->tables()[0].get());
}

TEST_CASE("what is sensitive is not asked of proxymap", "[registry]") {
    World world;
    CHECK(say(*world.open("proxy:static:x", {.is_sensitive = true}), "a") == "x");
}

TEST_CASE("a table that fails fails what is made of it", "[registry]") {
    World world;
    for (const char* name : {"fail:x", "unionmap:{static:a, fail:x}", "pipemap:{static:a, fail:x}"})
        CHECK(say(*world.open(name), "a").starts_with("! table "));
}

TEST_CASE("unix: shows the user and group databases", "[registry]") {
    World world;
    CHECK(say(*world.open("unix:passwd.byname"), "ROOT").starts_with("root:x:0:0:"));
    CHECK(say(*world.open("unix:group.byname"), "root").starts_with("root:x:0:"));
    CHECK(say(*world.open("unix:passwd.byname"), "no such user") == "-");
}
