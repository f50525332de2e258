#include "local/target.h"

#include <catch2/catch.hpp>

using namespace postern::local;

namespace {

std::string shown(std::string_view text) {
    constexpr std::string_view marks = "@/|:";
    std::string all;
    for (const Target& target : parse_targets(text))
        all += std::string("[") + marks[static_cast<std::size_t>(target.kind)] + target.text + "]";
    return all;
}

}  // namespace

TEST_CASE("a list has addresses, files, commands and includes", "[target]") {
    CHECK(shown("client1, client2@x") == "[@client1][@client2@x]");
    CHECK(shown("\\client3, /var/log/x") == "[@client3][//var/log/x]");
    CHECK(shown("\"|exit 77\", |cat") == "[|exit 77][|cat]");
    CHECK(shown(":include:/etc/list") == "[:/etc/list]");
}

TEST_CASE("a comma within quotes does not separate", "[target]") {
    CHECK(shown("\"|cat, more\", \"client 9\"") == "[|cat, more][@client 9]");
}

TEST_CASE("the members of a group are addresses, its name is none", "[target]") {
    CHECK(shown("team: client1, client2;, :include:/x, |a: b, c") ==
          "[@client1][@client2][:/x][|a: b][@c]");
}

TEST_CASE("comment lines and comments in parentheses are left out", "[target]") {
    CHECK(shown("# the team\nclient1 (x), Some Name <client2>\n") == "[@client1][@client2]");
    CHECK(shown("\n# nothing\n").empty());
}
