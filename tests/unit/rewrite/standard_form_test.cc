#include "rewrite/standard_form.h"

#include <catch2/catch.hpp>

using namespace postern::rewrite;

namespace {
const StandardForm local({.swap_bangpath = true, .allow_percent_hack = true},
                         {"origin.com", "xian.com"});
const StandardForm remote({.swap_bangpath = true, .allow_percent_hack = true}, {"", ""});
}  // namespace

TEST_CASE("an address without domain gets the origin, one without dot the domain", "[rewrite]") {
    CHECK(local.of_internal("joe") == "joe@origin.com");
    CHECK(local.of_internal("joe@host") == "joe@host.xian.com");
    CHECK(local.of_internal("joe blow") == "joe blow@origin.com");
    CHECK(local.of_external("\"joe blow\"@host") == "\"joe blow\"@host.xian.com");
    CHECK(local.of_internal("joe@[192.0.2.1]") == "joe@[192.0.2.1]");
    CHECK(local.of_internal("joe@x.com") == "joe@x.com");
    CHECK(local.of_internal("").empty());
    CHECK(local.of_internal("joe@") == "joe@");
}

TEST_CASE("addresses of strangers are not completed", "[rewrite]") {
    CHECK(remote.of_internal("joe") == "joe");
    CHECK(remote.of_internal("joe@host") == "joe@host");
    CHECK(remote.of_internal("a!b") == "b@a");
}

TEST_CASE("one dot at the end of a domain is taken off", "[rewrite]") {
    CHECK(local.of_internal("joe@host.") == "joe@host");
    CHECK(local.of_internal("joe@x.com.") == "joe@x.com");
    CHECK(local.of_internal("joe@x.com..") == "joe@x.com..");
}

TEST_CASE("a source route is stripped", "[rewrite]") {
    CHECK(local.of_external("@a,@b:c@d.e") == "c@d.e");
    CHECK(local.of_external("@a:joe") == "joe@origin.com");
}

TEST_CASE("bang paths and percents turn into domains where there is none", "[rewrite]") {
    CHECK(local.of_internal("site.x!user") == "user@site.x");
    CHECK(local.of_internal("a.x!b!c") == "b!c@a.x");
    CHECK(local.of_internal("user%host.x") == "user@host.x");
    CHECK(local.of_internal("a%b%c.x") == "a%b@c.x");
    CHECK(local.of_internal("a!b@c.x") == "a!b@c.x");
    CHECK(local.of_internal("a.x!b%c") == "b%c@a.x");
    const StandardForm plain({.swap_bangpath = false, .allow_percent_hack = false}, {"o.com", ""});
    CHECK(plain.of_internal("a!b%c") == "a!b%c@o.com");
}

TEST_CASE("operators inside quotes are text", "[rewrite]") {
    CHECK(local.of_external("\"a@b\"") == "\"a@b\"@origin.com");
    CHECK(local.of_external("\"a%b\"") == "a%b@origin.com");
}
