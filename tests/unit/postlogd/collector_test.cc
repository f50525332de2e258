#include "services/postlogd/collector.h"

#include "lib/base/fd.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace postern;
using postern::event::Loop;
using postern::event::Sleep;
using postern::postlogd::Collector;

namespace {

struct Wire {
    Fd ours, theirs;
    Wire() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
        ours = Fd(ends[0]);
        theirs = Fd(ends[1]);
    }
    void send(std::string_view text) {
        REQUIRE(::send(theirs.get(), text.data(), text.size(), 0) ==
                static_cast<ssize_t>(text.size()));
    }
};

Task<void> wait(Loop& loop, milliseconds time) {
    co_await Sleep(loop, loop.in(time));
}

}  // namespace

TEST_CASE("lines are written when their moment has come, in one piece", "[postlogd]") {
    Loop loop;
    Wire wire;
    std::vector<std::string> written;
    Collector collector(loop, "mx", [&](std::string_view lines) {
        written.emplace_back(lines);
        return true;
    });
    wire.send("first\n");
    wire.send("second");
    collector.receive(wire.ours.get());
    CHECK(written.empty());
    loop.run(wait(loop, milliseconds(90)));
    REQUIRE_FALSE(written.empty());
    CHECK(written[0] == "first\nsecond\n");
}

TEST_CASE("when the disk is full it is tried again", "[postlogd]") {
    Loop loop;
    Wire wire;
    int tries = 0;
    Collector collector(loop, "mx", [&](std::string_view) { return ++tries > 1; });
    wire.send("line");
    collector.receive(wire.ours.get());
    loop.run(wait(loop, milliseconds(90)));
    CHECK(tries == 1);
    collector.write_all();
    CHECK(tries == 2);
}

TEST_CASE("at the end of the mail system the last lines are waited for", "[postlogd]") {
    Loop loop;
    Wire wire;
    std::string written;
    Collector collector(loop, "mx", [&](std::string_view lines) {
        written += lines;
        return true;
    });
    for (int i = 0; i < 5; ++i) wire.send("last words");
    const std::array sockets{wire.ours.get()};
    collector.finish(sockets, milliseconds(5));
    CHECK(std::count(written.begin(), written.end(), '\n') == 5);
}
