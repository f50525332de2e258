// Rows of postfix-files(5).
#include "tools/postfix/file_list.h"

#include <catch2/catch.hpp>

using namespace postern::postfix;

namespace {

ListedFile parsed(std::string_view line) {
    auto row = parse_listed_file(line);
    REQUIRE(row);
    REQUIRE(*row);
    return **row;
}

std::string refusal(std::string_view line) {
    const auto row = parse_listed_file(line);
    REQUIRE_FALSE(row);
    return row.error().text;
}

}  // namespace

TEST_CASE("a row has a name, a type, an owner, a group, a mode and flags", "[postfix]") {
    const auto row = parsed("$queue_directory/maildrop:d:$mail_owner:$setgid_group:730:uc");
    CHECK(row.name == "$queue_directory/maildrop");
    CHECK(row.type == ListedFile::Type::folder);
    CHECK(row.owner == "$mail_owner");
    CHECK(row.group == "$setgid_group");
    CHECK(row.mode == 0730);
    CHECK((row.has('u') && row.has('c') && !row.has('r')));
}

TEST_CASE("what is left out at the end of a row is empty, as is a dash", "[postfix]") {
    const auto row = parsed("/usr/sbin/postdrop:f:root:-:2755");
    CHECK(row.group.empty());
    CHECK(row.mode == 02755);
    CHECK(row.flags.empty());
}

TEST_CASE("a link has what it leads to, and no mode", "[postfix]") {
    const auto row = parsed("$mailq_path:l:$sendmail_path");
    CHECK(row.is_link());
    CHECK(row.owner == "$sendmail_path");
}

TEST_CASE("comments and empty lines are no rows", "[postfix]") {
    for (const char* line : {"", "  ", "# /x:f:root:-:644"}) {
        const auto row = parse_listed_file(line);
        REQUIRE(row);
        CHECK_FALSE(*row);
    }
}

TEST_CASE("of a wrong row it is said what is wrong", "[postfix]") {
    CHECK(refusal("x:f:root:-:644") == "not a whole path: \"x\"");
    CHECK(refusal("/x:q:root:-:644") == "/x: unknown type: \"q\"");
    CHECK(refusal("/x:f::-:644") == "/x: no owner");
    CHECK(refusal("/x:l") == "/x: leads nowhere");
    for (const char* mode : {"", "-", "8", "64x", "10000"})
        CHECK(refusal("/x:f:root:-:" + std::string(mode)).starts_with("/x: bad permissions: "));
}
