#include "lib/dns/host.h"

#include <catch2/catch.hpp>

namespace postern::dns::test {

TEST_CASE("inet_protocols names the families of use", "[dns]") {
    CHECK(Families::parse("all")->ipv6);
    CHECK_FALSE(Families::parse("ipv4")->ipv6);
    CHECK(Families::parse("ipv4, ipv6")->ipv4);
    CHECK(Families::parse("ipv4 ipv6")->has(AF_INET6));
    REQUIRE_FALSE(Families::parse("ipx"));
    CHECK(Families::parse("ipx").error().text == "unknown protocol: \"ipx\"");
}

TEST_CASE("a numeric host has its own address, in the wanted families only", "[dns]") {
    event::Loop loop;
    event::Pool names(loop, 1);
    const auto found = loop.run(addresses_of_host(names, "127.0.0.9", {}));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->at(0).host() == "127.0.0.9");
    CHECK(loop.run(addresses_of_host(names, "127.0.0.9", {.ipv4 = false})).value_or({}).empty());
}

TEST_CASE("a service is a number or a name of services(5)", "[dns]") {
    event::Loop loop;
    event::Pool names(loop, 0);
    CHECK(loop.run(port_of_service(names, "2525")).value_or(0) == 2525);
    CHECK(loop.run(port_of_service(names, "smtp")).value_or(0) == 25);
    for (const char* bad : {"0", "65536", "no-such-service"}) {
        const auto port = loop.run(port_of_service(names, bad));
        REQUIRE_FALSE(port);
        CHECK(port.error().is_permanent());
    }
}

TEST_CASE("the codes of a client's name are those of the manual", "[dns]") {
    CHECK(code_of(NameStatus::ok) == 2);
    CHECK(code_of(NameStatus::temporary) == 4);
    CHECK(code_of(NameStatus::permanent) == 5);
    CHECK(code_of(NameStatus::forged) == 6);
}

}  // namespace postern::dns::test
