#include "services/postlogd/collector.h"

#include "lib/base/fd.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <tuple>

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

Task<void> until_written(Loop& loop, const std::string& written) {
    while (written.empty()) co_await Sleep(loop, loop.in(milliseconds(1)));
}

/// The time of day, set by hand: however long a test takes, nobody's patience ends.
class SetClock final : public Clock {
public:
    Monotonic monotonic() const override { return system_clock().monotonic(); }
    WallTime wall() const override { return time; }
    WallTime time = system_clock().wall();
};

/// A log, and a page that says who keeps lines.
struct Lab {
    explicit Lab(const Clock& clock = system_clock()) : loop(clock) {}
    Loop loop;
    Wire wire;
    std::string written;
    Fd page = *UnsentLines::make_page();
    UnsentLines unsent = *UnsentLines::of_page(page);
    Collector collector{loop, wire.ours.get(), &unsent, "mx", [this](std::string_view lines) {
                            written += lines;
                            return true;
                        }};
    void wait() { loop.run(until_written(loop, written)); }
};

}  // namespace

TEST_CASE("lines are written at once when nobody keeps earlier ones", "[postlogd]") {
    Lab lab;
    lab.wire.send("first\n");
    lab.wire.send("second");
    lab.collector.receive();
    lab.wait();
    CHECK(lab.written == "first\nsecond\n");
}

TEST_CASE("a line waits for earlier ones that somebody keeps", "[postlogd]") {
    SetClock clock;
    Lab lab(clock);
    const auto mark = lab.unsent.begin(lab.loop.clock().wall());
    lab.wire.send("later");
    lab.collector.receive();
    CHECK(lab.written.empty());
    lab.unsent.end(mark);
    clock.time += milliseconds(1);
    lab.wait();
    CHECK(lab.written == "later\n");
}

TEST_CASE("nobody is waited for who keeps his lines for too long", "[postlogd]") {
    Lab lab;
    std::ignore = lab.unsent.begin(lab.loop.clock().wall());   // killed, or slow
    lab.wire.send("later");
    lab.collector.receive();
    lab.wait();
    CHECK(lab.written == "later\n");
}

TEST_CASE("where nobody says what he keeps, each line is kept for a moment", "[postlogd]") {
    Lab lab;
    Collector collector(lab.loop, lab.wire.ours.get(), nullptr, "mx", [&](std::string_view lines) {
        lab.written += lines;
        return true;
    });
    const Monotonic begun = lab.loop.clock().monotonic();
    lab.wire.send("line");
    collector.receive();
    lab.wait();
    CHECK(lab.loop.clock().monotonic() - begun >= UnsentLines::patience);
}

TEST_CASE("when the disk is full it is tried again", "[postlogd]") {
    Lab lab;
    int tries = 0;
    Collector collector(lab.loop, lab.wire.ours.get(), &lab.unsent, "mx", [&](std::string_view) {
        lab.written = "tried";
        return ++tries > 1;
    });
    lab.wire.send("line");
    collector.receive();
    lab.wait();
    CHECK(tries == 1);
    collector.write_all();
    CHECK(tries == 2);
}

TEST_CASE("at the end of the mail system the last lines are waited for", "[postlogd]") {
    Lab lab;
    for (int i = 0; i < 5; ++i) lab.wire.send("last words");
    lab.collector.finish(milliseconds(5));
    CHECK(std::count(lab.written.begin(), lab.written.end(), '\n') == 5);
}

TEST_CASE("a flood is read in pieces, and all of it written", "[postlogd]") {
    Lab lab;
    int sent = 0;
    while (::send(lab.wire.theirs.get(), "line\n", 5, MSG_DONTWAIT) == 5) ++sent;
    REQUIRE(sent > 64);
    for (int i = 0; i < sent; ++i) lab.collector.receive();
    lab.collector.write_all();
    CHECK(std::count(lab.written.begin(), lab.written.end(), '\n') == sent);
}
