#include "lib/dns/address_pattern.h"

#include <catch2/catch.hpp>

namespace postern::dns {

namespace {

bool matches(std::string_view pattern, std::string_view address) {
    return AddressPattern::parse(pattern)->matches(*event::SocketAddress::numeric(address, 0));
}

}  // namespace

TEST_CASE("a pattern has numbers, and sets of numbers and ranges in brackets", "[dns]") {
    CHECK(matches("127.0.0.2", "127.0.0.2"));
    CHECK_FALSE(matches("127.0.0.2", "127.0.0.3"));
    CHECK(matches("127.0.0.[2;4..6]", "127.0.0.5"));
    CHECK_FALSE(matches("127.0.0.[2;4..6]", "127.0.0.3"));
    CHECK(matches("127.[0..255].0.[0..255]", "127.9.0.200"));
    CHECK_FALSE(matches("127.0.0.2", "::1"));
}

TEST_CASE("what is no pattern is quoted", "[dns]") {
    for (const char* bad : {"", "127.0.0", "127.0.0.0.1", "127.0.0.256", "127.0.0.[", "127.0.0.[]", "127.0.0.[3..1]",
                            "127.0.0.[1,2]", "127.0.0.[1..]", "127.0.0.x", "127..0.1", "127.0.0.[[1]]"})
        CHECK(AddressPattern::parse(bad).error().text.find("bad address pattern") == 0);
}

}  // namespace postern::dns
