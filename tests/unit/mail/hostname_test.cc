#include "lib/mail/hostname.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

TEST_CASE("a host name has labels of letters, digits, - and _", "[mail]") {
    for (const char* good : {"a", "example.com", "a-b.c_d", "_dmarc.example.com", "1.example", "1a",
                             "b\xc3\xbc"
                             "cher.example"})
        CHECK(is_valid_hostname(good));
    for (const char* bad : {"", ".", ".a", "a.", "a..b", "-a", "a-.b", "a b", "1.2.3.4", "12345",
                            "a:25", "a@b", "[1.2.3.4]"})
        CHECK_FALSE(is_valid_hostname(bad));
    CHECK(is_valid_hostname(std::string(63, 'x') + ".com"));
    CHECK_FALSE(is_valid_hostname(std::string(64, 'x') + ".com"));
}

TEST_CASE("IP addresses are recognised", "[mail]") {
    CHECK(is_valid_ipv4("192.0.2.1"));
    CHECK_FALSE(is_valid_ipv4("192.0.2"));
    CHECK_FALSE(is_valid_ipv4("192.0.2.256"));
    CHECK(is_valid_ipv6("2001:db8::1"));
    CHECK(is_valid_ipv6("::ffff:192.0.2.1"));
    CHECK_FALSE(is_valid_ipv6("IPv6:::1"));
    CHECK(canonical_ip("2001:DB8:0:0::1") == "2001:db8::1");
    CHECK_FALSE(canonical_ip("x"));
}

TEST_CASE("an address literal is in brackets, IPv6 with its tag", "[mail]") {
    CHECK(address_of_literal("[192.0.2.1]") == "192.0.2.1");
    CHECK(address_of_literal("[ipv6:::1]") == "::1");
    CHECK_FALSE(address_of_literal("[::1]"));
    CHECK_FALSE(address_of_literal("[example.com]"));
    CHECK_FALSE(address_of_literal("192.0.2.1"));
    CHECK(address_literal("::1") == "[IPv6:::1]");
    CHECK(address_literal("192.0.2.1") == "[192.0.2.1]");
}
