#include "services/tlsmgr/ticket_key_ring.h"

#include <catch2/catch.hpp>

namespace postern::tlsmgr {

namespace {

/// A ring whose "random" bytes are letters, one after another.
TicketKeyRing ring(seconds lifetime) {
    return TicketKeyRing(lifetime, [letter = 'a'](std::size_t count) mutable {
        return std::string(count, letter++);
    });
}

const WallTime start = from_unix(1795532941);

}  // namespace

TEST_CASE("a ticket key issues for its lifetime, then accepts for as long", "[tlsmgr]") {
    auto keys = ring(seconds(600));
    const auto first = keys.keys(start);
    REQUIRE(first.size() == 1);
    CHECK(first[0].issues_until == start + seconds(600));
    CHECK(keys.keys(start + seconds(599))[0].name == first[0].name);

    const auto second = keys.keys(start + seconds(600));
    REQUIRE(second.size() == 2);
    CHECK(second[0].name != first[0].name);
    CHECK(second[1].name == first[0].name);

    const auto third = keys.keys(start + seconds(1200));
    REQUIRE(third.size() == 2);
    CHECK(third[1].name == second[0].name);
}

TEST_CASE("name, cipher key and MAC key differ and have their sizes", "[tlsmgr]") {
    const auto key = ring(seconds(600)).keys(start)[0];
    CHECK(key.name.size() == 16);
    CHECK(key.cipher_key.size() == 32);
    CHECK(key.mac_key.size() == 32);
    CHECK(key.cipher_key != key.mac_key);
}

TEST_CASE("without a lifetime there are no keys", "[tlsmgr]") {
    CHECK(ring(seconds(0)).keys(start).empty());
}

TEST_CASE("a key from the future is given up when the clock is set back", "[tlsmgr]") {
    auto keys = ring(seconds(600));
    const auto future = keys.keys(start + seconds(100000));
    const auto now = keys.keys(start);
    REQUIRE(now.size() == 1);
    CHECK(now[0].name != future[0].name);
}

}  // namespace postern::tlsmgr
