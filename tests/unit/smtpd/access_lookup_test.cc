#include "smtpd/rules/access_lookup.h"

#include "lib/config/config.h"

#include <catch2/catch.hpp>

using namespace postern;
using smtpd::Keys;

namespace {

smtpd::Settings settings(std::string_view main_cf = "") {
    return smtpd::Settings(*config::Config::from_text("myhostname = mx.example.test\n" + std::string(main_cf)));
}

}  // namespace

TEST_CASE("parents of a host name are keys, with a dot where it is asked for", "[smtpd]") {
    CHECK(smtpd::name_keys("a.b.example", true) == Keys{"a.b.example", "b.example", "example"});
    CHECK(smtpd::name_keys("a.b.example", false) == Keys{"a.b.example", ".b.example", ".example"});
    CHECK(smtpd::name_keys("[192.0.2.1]", true) == Keys{"[192.0.2.1]"});
}

TEST_CASE("networks of an address are keys", "[smtpd]") {
    CHECK(smtpd::address_keys("192.0.2.1") == Keys{"192.0.2.1", "192.0.2", "192.0", "192"});
    CHECK(smtpd::address_keys("2001:db8::1") == Keys{"2001:db8::1", "2001:db8", "2001"});
}

TEST_CASE("the parts of a mailbox are keys in the order of access(5)", "[smtpd]") {
    const auto own = settings("recipient_delimiter = +\n");
    CHECK(smtpd::mailbox_keys("user+x@a.example", own) ==
          Keys{"user+x@a.example", "user@a.example", "a.example", "example", "user+x@", "user@"});
}

TEST_CASE("the null sender has a key of its own", "[smtpd]") {
    CHECK(smtpd::mailbox_keys("", settings()) == Keys{"<>"});
}
