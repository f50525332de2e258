#include "lib/mail/address.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

TEST_CASE("an address splits at its last @", "[mail]") {
    const AddressParts parts = split_address("a@b@example.com");
    CHECK(parts.localpart == "a@b");
    CHECK(parts.domain == "example.com");
    CHECK(split_address("a").has_domain == false);
    CHECK(split_address("a@").has_domain);
    CHECK(split_address("").localpart.empty());
}

TEST_CASE("only a local part that is no Dot-string is quoted", "[mail]") {
    CHECK(external("joe@example.com") == "joe@example.com");
    CHECK(external("a.b+c!d%e@example.com") == "a.b+c!d%e@example.com");
    CHECK(external("joe blow@example.com") == "\"joe blow\"@example.com");
    CHECK(external("a@b@c") == "\"a@b\"@c");
    CHECK(external(".a@c") == "\".a\"@c");
    CHECK(external("a..b@c") == "\"a..b\"@c");
    CHECK(external("a.") == "\"a.\"");
    CHECK(external("a\"b\\c@d") == "\"a\\\"b\\\\c\"@d");
    CHECK(external("@example.com") == "\"\"@example.com");
    CHECK(external("jos\xc3\xa9@c") == "jos\xc3\xa9@c");
    CHECK(external("").empty());
}

TEST_CASE("the internal form has no quotes", "[mail]") {
    CHECK(internal("joe@example.com") == "joe@example.com");
    CHECK(internal("\"joe blow\"@example.com") == "joe blow@example.com");
    CHECK(internal("\"a\\\"b\"@c") == "a\"b@c");
    CHECK(internal("joe\\ blow@c") == "joe blow@c");
    CHECK(internal("a.\"b c\"@d") == "a.b c@d");
    CHECK(internal("joe@[192.0.2.1]") == "joe@[192.0.2.1]");
    CHECK(internal("").empty());
}

TEST_CASE("quoting and unquoting give the address back", "[mail]") {
    for (const char* address :
         {"a b@c", "a\"b@c", "a\\b@c", "a@b@c", "a,b@c", "(a)@c", "a  b@c", " a@c"})
        CHECK(internal(external(address)) == address);
}

TEST_CASE("the first byte of the set that occurs separates the extension", "[mail]") {
    const auto split = split_extension("joe+a-b", "-+", true);
    REQUIRE(split);
    CHECK(split->user == "joe");
    CHECK(split->extension == "a-b");
    CHECK(split->delimiter == '+');
    CHECK_FALSE(split_extension("joe", "+", true));
    CHECK_FALSE(split_extension("joe+a", "", true));
    CHECK_FALSE(split_extension("+a", "+", true));
    CHECK(split_extension("joe+", "+", true)->extension.empty());
}

TEST_CASE("postmaster and the mail system's own names are never split", "[mail]") {
    CHECK_FALSE(split_extension("MAILER-DAEMON", "-", true));
    CHECK_FALSE(split_extension("double-bounce", "-", false));
    CHECK_FALSE(split_extension("postmaster", "m", true));
}

TEST_CASE("owner-list and list-request are not split when they are special", "[mail]") {
    CHECK_FALSE(split_extension("owner-list", "-", true));
    CHECK_FALSE(split_extension("list-request", "-", true));
    CHECK(split_extension("list-request", "-", false)->user == "list");
    CHECK(split_extension("owner+list", "+", true)->user == "owner");
}

TEST_CASE("an address that rewriting can only leave as it is needs no request", "[mail]") {
    for (const char* plain : {"user@mail.example", "a.b+c@d-e.example"})
        CHECK(is_surely_standard(plain));
    for (const char* special : {"user", "user@host", "a%b@mail.example", "a!b@mail.example",
                                "@x.example:u@y.example", "u@mail.example.", "u@[192.0.2.1]",
                                "a b@mail.example", "", "@mail.example", "a\"b@mail.example"}) {
        CAPTURE(special);
        CHECK_FALSE(is_surely_standard(special));
    }
}
