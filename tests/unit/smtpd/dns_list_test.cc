#include "smtpd/rules/dns_list.h"
#include "tests/unit/smtpd/fake_dns.h"

#include <catch2/catch.hpp>

namespace postern::smtpd::test {

namespace {

DnsList list(std::string_view text) { return *DnsList::parse(text); }

}  // namespace

TEST_CASE("a list is named by its domain, with or without a filter", "[smtpd]") {
    CHECK(list("rbl.example").domain == "rbl.example");
    CHECK_FALSE(list("rbl.example").filter);
    CHECK(list("rbl.example=127.0.0.[2;4..9]").domain == "rbl.example");
    CHECK(list("rbl.example=127.0.0.2").filter);
    for (const char* bad : {"", "=127.0.0.2", "rbl.example=", "rbl.example=127.0.0", "rbl.example=127.0.0.x",
                            "rbl..example", "rbl.example=127.0.0.[]", "rbl.example=127.0.0.[4..2]"})
        CHECK_FALSE(DnsList::parse(bad).has_value());
}

TEST_CASE("who has an address on the list stands on it, with the list's reason", "[smtpd]") {
    event::Loop loop;
    FakeDns dns;
    dns.add_address("1.2.0.192.rbl.example", "127.0.0.4");
    dns.add("1.2.0.192.rbl.example", dns::Type::txt, dns::Text{"see\nhttp://x/"});
    DnsLists lists(loop, dns);
    auto found = loop.run(lists.find(list("rbl.example"), "1.2.0.192"));
    REQUIRE(found);
    REQUIRE(*found);
    CHECK(**found == "see?http://x/");
    CHECK_FALSE(*loop.run(lists.find(list("rbl.example"), "2.2.0.192")));
}

TEST_CASE("only an answer that the filter has counts", "[smtpd]") {
    event::Loop loop;
    FakeDns dns;
    dns.add_address("1.2.0.192.rbl.example", "127.0.0.4");
    DnsLists lists(loop, dns);
    CHECK_FALSE(*loop.run(lists.find(list("rbl.example=127.0.0.2"), "1.2.0.192")));
    CHECK(*loop.run(lists.find(list("rbl.example=127.0.0.[3..4]"), "1.2.0.192")));
}

TEST_CASE("a list is asked once for as long as its answer lives", "[smtpd]") {
    event::Loop loop;
    FakeDns dns;
    DnsLists lists(loop, dns);
    dns.add_address("a.rbl.example", "127.0.0.2");
    for (int i = 0; i < 3; ++i) CHECK(*loop.run(lists.find(list("rbl.example"), "a")));
    CHECK(dns.asked == std::vector<std::string>{"a.rbl.example A", "a.rbl.example TXT"});
}

TEST_CASE("row 20: a list that fails is an error, and is asked again", "[smtpd]") {
    event::Loop loop;
    FakeDns dns;
    dns.fail("a.rbl.example", dns::Type::a);
    DnsLists lists(loop, dns);
    const auto found = loop.run(lists.find(list("rbl.example"), "a"));
    REQUIRE_FALSE(found);
    CHECK(found.error().text == "a.rbl.example: Host not found, try again");
    CHECK_FALSE(loop.run(lists.find(list("rbl.example"), "a")));
    CHECK(dns.asked.size() == 2);
}

TEST_CASE("row 20: a name that no query can carry is not asked", "[smtpd]") {
    event::Loop loop;
    FakeDns dns;
    DnsLists lists(loop, dns);
    CHECK_FALSE(*loop.run(lists.find(list("rbl.example"), std::string(250, 'a'))));
    CHECK(dns.asked.empty());
}

}  // namespace postern::smtpd::test
