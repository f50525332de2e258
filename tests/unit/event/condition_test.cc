#include "lib/event/condition.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>

#include <string>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

Task<void> await(Condition& condition, Deadline deadline, std::string& order, char name) {
    const bool is_notified = co_await condition.wait(deadline);
    order += is_notified ? name : '-';
}

}  // namespace

TEST_CASE("the one that has waited longest is notified", "[event]") {
    Loop loop;
    Condition condition(loop);
    std::string order;
    Task<void> a = await(condition, Deadline::never(), order, 'a');
    Task<void> b = await(condition, Deadline::never(), order, 'b');
    Task<void> c = await(condition, Deadline::never(), order, 'c');
    condition.notify_one();   // nobody is there
    for (Task<void>* each : {&a, &b, &c}) each->start();
    condition.notify_one();
    CHECK(order.empty());   // later in this turn
    loop.run(turns(loop, 2));
    CHECK(order == "a");
    condition.notify_all();
    loop.run(turns(loop, 2));
    CHECK(order == "abc");
    CHECK_FALSE(condition.has_waiters());
}

TEST_CASE("a wait ends at its deadline", "[event]") {
    Loop loop;
    Condition condition(loop);
    std::string order;
    loop.run(await(condition, loop.in(milliseconds(5)), order, 'a'));
    CHECK(order == "-");
    CHECK_FALSE(condition.has_waiters());
}

TEST_CASE("who was notified before its deadline is told so, though it runs after it", "[event]") {
    Loop loop;
    Condition condition(loop);
    std::string order;
    Task<void> a = await(condition, loop.in(milliseconds(2)), order, 'a');
    a.start();
    condition.notify_one();
    // The deadline passes before the next turn begins.
    const Monotonic until = system_clock().monotonic() + milliseconds(10);
    while (system_clock().monotonic() < until) {
    }
    loop.run(turns(loop, 3));
    CHECK(order == "a");
}

TEST_CASE("a waiter that is ended leaves its place to the next", "[event]") {
    Loop loop;
    Condition condition(loop);
    std::string order;
    Task<void> b = await(condition, Deadline::never(), order, 'b');
    {
        Task<void> a = await(condition, loop.in(seconds(5)), order, 'a');
        a.start();
        b.start();
    }
    condition.notify_one();
    loop.run(turns(loop, 2));
    CHECK(order == "b");
    {
        Task<void> c = await(condition, Deadline::never(), order, 'c');
        c.start();
        condition.notify_one();   // ended between its notice and its turn
    }
    loop.run(turns(loop, 2));
    CHECK(order == "b");
}
