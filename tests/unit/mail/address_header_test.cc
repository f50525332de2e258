#include "lib/mail/address_header.h"

#include "lib/mail/address.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

namespace {

// What becomes of a field when every address without domain gets one, as Postfix writes it.
std::string completed(std::string_view value, std::string_view name = "To") {
    AddressHeader header(value);
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string address = header.address(i);
        if (!address.empty() && !split_address(address).has_domain)
            header.replace(i, external(address + "@m.x"));
    }
    return header.changed() ? header.field(name) : std::string(name) + ": " + std::string(value);
}

}  // namespace

TEST_CASE("an address list keeps phrases and comments around changed addresses", "[mail]") {
    CHECK(completed("a, b@host, c") == "To: a@m.x, b@host, c@m.x");
    CHECK(completed("A B <joe>") == "To: A B <joe@m.x>");
    CHECK(completed("\"A, b\" <joe> (after)") == "To: \"A, b\" <joe@m.x>(after)");
    CHECK(completed("joe (Joe User)") == "To: joe@m.x (Joe User)");
    CHECK(completed("(c) joe") == "To: joe@m.x (c)");
    CHECK(completed("\"b\\\"c\" <d>") == "To: \"b\\\"c\" <d@m.x>");
}

TEST_CASE("a field without change is not written anew", "[mail]") {
    CHECK(completed("c@x.com,  d@y.com") == "To: c@x.com,  d@y.com");
    CHECK(completed("undisclosed-recipients:;") == "To: undisclosed-recipients:;");
    CHECK(completed("<>") == "To: <>");
}

TEST_CASE("a group keeps its name, and its members are addresses", "[mail]") {
    CHECK(completed("grp: a, b;, x") == "To: grp: a@m.x, b@m.x;, x@m.x");
    CHECK(completed("grp:;, x") == "To: grp: ;, x@m.x");
    CHECK(completed("A B C: x;") == "To: A B C: x@m.x;");
    CHECK(completed("a:;b:;c") == "To: a:;b: ;, c@m.x");
}

TEST_CASE("missing commas are put in", "[mail]") {
    CHECK(completed("a b@c") == "To: a@m.x, b@c");
    CHECK(completed("<joe> Joe") == "To: <joe@m.x>, Joe@m.x");
    CHECK(completed("a (b) c") == "To: a@m.x, c@m.x (b)");
    CHECK(completed("<a> <b>") == "To: <a@m.x> <b@m.x>");
}

TEST_CASE("odd addresses are read as Postfix reads them", "[mail]") {
    CHECK(completed("a@b@c, d") == "To: a@b@c, d@m.x");
    CHECK(completed("a:b, c") == "To: \"a:b\"@m.x, c@m.x");
    CHECK(completed("a. , b") == "To: \"a.\"@m.x, b@m.x");
    CHECK(completed("<a b>") == "To: <ab@m.x>");
    CHECK(completed("a>, <b") == "To: a@m.x>, \"<b\"@m.x");
    CHECK(completed("joe,,jane") == "To: joe@m.x, , jane@m.x");
    CHECK(completed("a;b") == "To: a@m.x;, b@m.x");
}

TEST_CASE("a line is folded before the entry that would make it 70 bytes", "[mail]") {
    const std::string q34(34, 'q'), q35(35, 'q');
    CHECK(completed(q34 + "@mail.xian.com, b@mail.xian.com, c", "Cc") ==
          "Cc: " + q34 + "@mail.xian.com,\n\tb@mail.xian.com, c@m.x");
    CHECK(AddressHeader(q34 + "@mail.xian.com, b@mail.xian.com").field("To").size() == 69);
    CHECK(AddressHeader(q35 + "@mail.xian.com, b@mail.xian.com").field("To").find("\n\t") ==
          q35.size() + 19);
}

TEST_CASE("the full name is the phrase, else the comment", "[mail]") {
    CHECK(AddressHeader("\"Joe, User\" <joe@x>").full_name(0) == "Joe, User");
    CHECK(AddressHeader("Joe Q User <joe@x>").full_name(0) == "Joe Q User");
    CHECK(AddressHeader("joe@x (Joe User)").full_name(0) == "Joe User");
    CHECK(AddressHeader("joe@x").full_name(0).empty());
}

TEST_CASE("recipients are taken from lists without groups' names and empty addresses", "[mail]") {
    CHECK(addresses_in("g: a, \"x y\"@z;, <>, B <b@c>") ==
          std::vector<std::string>{"a", "x y@z", "b@c"});
    CHECK(addresses_in("").empty());
}

TEST_CASE("tokens above the limit are dropped", "[mail]") {
    CHECK(AddressHeader("a, b, c, d", 3).size() == 2);
}

TEST_CASE("any text is read without end or error", "[mail]") {
    for (const char* text :
         {"\"", "\\", "(", "[", "<", ">", "((", ":;", ";:", "a\\", "\"a\\", "@", ",,,"}) {
        AddressHeader header(text);
        for (std::size_t i = 0; i < header.size(); ++i)
            header.replace(i, "x@y");
        CHECK(header.field("To").starts_with("To:"));
    }
}

TEST_CASE("a phrase is quoted when it has more than atoms", "[mail]") {
    CHECK(phrase("Joe User") == "Joe User");
    CHECK(phrase("Joe Q. User") == "\"Joe Q. User\"");
    CHECK(phrase("a\"b") == "\"a\\\"b\"");
}

TEST_CASE("a source route is no part of an address", "[mail]") {
    const AddressHeader header(
        "<@one.example,@[IPv6:::1]:user@two.example>, <@one.example:user>, <@bare.example>");
    REQUIRE(header.size() == 3);
    CHECK(header.address(0) == "user@two.example");
    CHECK(header.address(1) == "user");
    CHECK(header.address(2) == "@bare.example");
}
