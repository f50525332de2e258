// Bytes between two connections.
#include <catch2/catch.hpp>

#include "lib/event/group.h"
#include "services/tlsproxy/relay.h"
#include "tests/unit/event/pair.h"

namespace postern::tlsproxy {

namespace {

struct Fixture {
    event::Loop loop;
    test::Pair one{loop, event::Pace::independent}, other{loop, event::Pace::independent};
    event::TaskGroup tasks{loop};

    Fixture() { tasks.spawn(relay(*one.stream, *other.stream, seconds(10))); }
    void turn() { loop.run(test::turns(loop, 5)); }
};

}  // namespace

TEST_CASE("bytes go both ways", "[tlsproxy]") {
    Fixture fixture;
    fixture.one.peer->send("EHLO x\r\n");
    fixture.other.peer->send("220 mx\r\n");
    fixture.turn();
    CHECK(fixture.other.peer->receive() == "EHLO x\r\n");
    CHECK(fixture.one.peer->receive() == "220 mx\r\n");
    CHECK(fixture.tasks.size() == 1);
}

TEST_CASE("what was sent before the end arrives, and then it ends", "[tlsproxy]") {
    Fixture fixture;
    fixture.one.peer->send("QUIT\r\n");
    fixture.one.peer->close();
    fixture.turn();
    CHECK(fixture.other.peer->receive() == "QUIT\r\n");
    CHECK(fixture.tasks.empty());
}

TEST_CASE("who reads nothing stops who sends", "[tlsproxy]") {
    Fixture fixture;
    const std::string block(65536, 'x');
    std::size_t sent = 0;
    for (int i = 0; i < 200; ++i) {
        if (!fixture.one.peer->send(block)) break;
        sent += block.size();
        fixture.turn();
    }
    CHECK(sent < 4'000'000);
}

}  // namespace postern::tlsproxy
