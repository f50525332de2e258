#include "lib/event/timers.h"

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <vector>

using namespace postern;
using namespace postern::event;

namespace {

class Alarm final : public Timer {
public:
    explicit Alarm(std::function<void()> action) : action_(std::move(action)) {}
    void expired() override { action_(); }

private:
    std::function<void()> action_;
};

const Monotonic start{seconds(1000)};
Deadline after(milliseconds wait) { return {start + wait}; }

}  // namespace

TEST_CASE("timers expire in the order of their deadlines, never early", "[event]") {
    Timers timers;
    std::vector<int> order;
    Alarm one([&] { order.push_back(1); }), two([&] { order.push_back(2); }),
        three([&] { order.push_back(3); });
    timers.set(two, after(milliseconds(20)), start);
    timers.set(one, after(milliseconds(10)), start);
    timers.set(three, after(seconds(300)), start);
    timers.run(start + milliseconds(9));
    CHECK(order.empty());
    timers.run(start + milliseconds(11));
    CHECK(order == std::vector{1});
    timers.run(start + milliseconds(299'999));
    CHECK(order == std::vector{1, 2});
    timers.run(start + milliseconds(301'000));
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("a timer is late by little", "[event]") {
    for (const auto& [wait, slack] : {std::pair(milliseconds(37), milliseconds(1)),
                                      std::pair(milliseconds(12'345), milliseconds(50)),
                                      std::pair(milliseconds(299'001), milliseconds(1000))}) {
        Timers timers;
        Alarm alarm([] {});
        timers.set(alarm, after(wait), start);
        CHECK(timers.next() >= after(wait));
        CHECK(timers.next() <= after(wait + slack));
    }
}

TEST_CASE("a stopped, changed or destroyed timer does not expire", "[event]") {
    Timers timers;
    int expired = 0;
    Alarm stopped([&] { ++expired; }), moved([&] { ++expired; });
    auto destroyed = std::make_unique<Alarm>([&] { ++expired; });
    for (Alarm* each : {&stopped, &moved, destroyed.get()})
        timers.set(*each, after(milliseconds(5)), start);
    stopped.stop();
    timers.set(moved, after(milliseconds(100)), start);
    destroyed.reset();
    timers.run(start + milliseconds(50));
    CHECK(expired == 0);
    CHECK(moved.is_set());
    timers.set(moved, Deadline::never(), start);
    CHECK_FALSE(moved.is_set());
    timers.run(start + seconds(5));
    CHECK(expired == 0);
}

TEST_CASE("what a timer does may stop, destroy and set others that are due", "[event]") {
    Timers timers;
    int expired = 0;
    auto victim = std::make_unique<Alarm>([&] { ++expired; });
    Alarm other([&] { ++expired; });
    Alarm again([&] { ++expired; });
    Alarm first([&] {
        victim.reset();
        other.stop();
        timers.set(again, after(milliseconds(1)), start + milliseconds(10));   // overdue already
    });
    timers.set(first, after(milliseconds(5)), start);
    timers.set(*victim, after(milliseconds(5)), start);
    timers.set(other, after(milliseconds(6)), start);
    timers.run(start + milliseconds(10));
    CHECK(expired == 0);
    timers.run(start + milliseconds(11));
    CHECK(expired == 1);
}

TEST_CASE("without timers there is nothing to wait for", "[event]") {
    Timers timers;
    CHECK(timers.next().is_never());
    Alarm alarm([] {});
    timers.set(alarm, after(milliseconds(5)), start);
    timers.run(start + milliseconds(10));
    CHECK(timers.next().is_never());
}
