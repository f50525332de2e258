// Lines of an alias file.
#include "postalias/alias_source.h"

#include <catch2/catch.hpp>

using namespace postern;

namespace {

/// "key=value", or what is wrong.
std::string parsed(std::string_view line) {
    auto entry = postalias::parse_alias(line);
    return entry ? entry->key + "=" + entry->value : entry.error().text;
}

}  // namespace

TEST_CASE("an alias is a name and a list of destinations in standard form", "[alias]") {
    CHECK(parsed("root: alice,bob") == "root=alice, bob");
    CHECK(parsed("Root :  a@b . example ") == "Root=a@b.example");
    CHECK(parsed("list: |\"cmd x\", :include:/a/b") == "list=|\"cmd x\", :include:/a/b");
    CHECK(parsed("list: \"|cmd x\", /dev/null, \\user") == "list=\"|cmd x\", /dev/null, user");
    CHECK(parsed("a: Joe <x@y> (who)") == "a=Joe <x@y>(who)");
}

TEST_CASE("a name is stored without the quotes that it needs in a message", "[alias]") {
    CHECK(parsed("\"foo bar\": x") == "foo bar=x");
    CHECK(parsed("foo bar: x") == "foo bar=x");
    CHECK(parsed("\"plain\": x") == "plain=x");
    CHECK(parsed("a.b: x") == "a.b=x");
    CHECK(parsed("\"a@b\": x") == "a@b=x");
    CHECK(parsed("\"p\\\"q\": x") == "p\"q=x");
}

TEST_CASE("a backslash never splits a destination in two", "[alias]") {
    CHECK(parsed("a: x\\ y") == "a=\"x y\"");
}

TEST_CASE("a line that is no alias says why", "[alias]") {
    CHECK(parsed("name") == "need name:value pair");
    CHECK(parsed("name:") == "need name:value pair");
    CHECK(parsed(": x") == "need name:value pair");
    CHECK(parsed("a,b: x") == "need name:value pair");
    CHECK(parsed("a@b: x") == "name must be local");
}
