#include "lib/event/loop.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>
#include <signal.h>

#include <string>
#include <thread>
#include <vector>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

Task<void> nap(Loop& loop, milliseconds wait, std::string& order, char name) {
    co_await Sleep(loop, loop.in(wait));
    order += name;
}

Task<void> take_turns(Loop& loop, std::string& order, char name) {
    for (int i = 0; i < 3; ++i) {
        order += name;
        co_await Yield(loop);
    }
}

class Counted final : public TurnEnd {
public:
    void at_turn_end() override { ++times; }
    int times = 0;
};

/// Runs at half the speed of the machine's clock: every timer of libevent's comes too early.
class SlowClock final : public Clock {
public:
    Monotonic monotonic() const override {
        const Monotonic now = system_clock().monotonic();
        return start_ + (now - start_) / 2;
    }
    WallTime wall() const override { return system_clock().wall(); }

private:
    const Monotonic start_ = system_clock().monotonic();
};

}  // namespace

TEST_CASE("a timer that comes before its time is waited for again", "[event]") {
    const SlowClock clock;
    Loop loop(clock);
    std::string order;
    loop.run(nap(loop, milliseconds(20), order, 'a'));
    CHECK(order == "a");
}

TEST_CASE("sleepers wake in the order of their deadlines", "[event]") {
    Loop loop;
    std::string order;
    Task<void> late = nap(loop, milliseconds(20), order, 'b');
    Task<void> early = nap(loop, milliseconds(5), order, 'a');
    late.start();
    early.start();
    loop.run(nap(loop, milliseconds(40), order, 'c'));
    CHECK(order == "abc");
}

TEST_CASE("a sleep takes as long as it says", "[event]") {
    Loop loop;
    std::string order;
    const Monotonic begin = system_clock().monotonic();
    loop.run(nap(loop, milliseconds(30), order, 'a'));
    // The loop's time is that of the turn's begin.
    CHECK(system_clock().monotonic() - begin >= milliseconds(29));
    loop.run(nap(loop, milliseconds(0), order, 'b'));
}

TEST_CASE("who yields lets the others go first", "[event]") {
    Loop loop;
    std::string order;
    Task<void> a = take_turns(loop, order, 'a');
    a.start();
    loop.run(take_turns(loop, order, 'b'));
    CHECK(order == "ababab");
}

TEST_CASE("work for the turn's end is done once a turn", "[event]") {
    Loop loop;
    Counted work;
    loop.request(work);
    loop.request(work);
    loop.run(turns(loop, 3));
    CHECK(work.times == 1);
    loop.request(work);
    loop.run(turns(loop, 1));
    CHECK(work.times == 2);
    {
        Counted gone;
        loop.request(gone);
    }
    loop.run(turns(loop, 1));
}

TEST_CASE("other threads post into the loop", "[event]") {
    Loop loop;
    int done = 0;
    const auto here = std::this_thread::get_id();
    bool is_here = true;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 100; ++j)
                loop.post([&] {
                    is_here = is_here && std::this_thread::get_id() == here;
                    if (++done == 400) loop.stop();
                });
        });
    loop.run();
    for (std::thread& thread : threads) thread.join();
    CHECK(done == 400);
    CHECK(is_here);
}

TEST_CASE("a signal comes in a turn of the loop", "[event]") {
    Loop loop;
    int count = 0;
    {
        const EventHandle watched = loop.on_signal(SIGUSR1, [&] {
            ++count;
            loop.stop();
        });
        ::raise(SIGUSR1);
        CHECK(count == 0);
        loop.run();
    }
    CHECK(count == 1);
}
