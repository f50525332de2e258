#include "lib/event/group.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

Task<void> work(Loop& loop, int waits, std::shared_ptr<int> held) {
    for (int i = 0; i < waits; ++i) co_await Yield(loop);
    ++*held;
}

Task<void> forever(Loop& loop, std::shared_ptr<int>) {
    for (;;) co_await Yield(loop);
}

Task<void> buggy(Loop& loop) {
    co_await Yield(loop);
    throw std::runtime_error("oops");
}

Task<void> wait_for_all(TaskGroup& group, bool& is_over) {
    co_await group.all_ended();
    is_over = true;
}

Task<void> spawn_more(Loop& loop, TaskGroup& group, std::shared_ptr<int> held) {
    group.spawn(work(loop, 2, held));
    co_await Yield(loop);
    group.spawn(work(loop, 0, held));
}

}  // namespace

TEST_CASE("a group owns its tasks until they end", "[event]") {
    Loop loop;
    TaskGroup group(loop);
    auto held = std::make_shared<int>(0);
    group.spawn(work(loop, 0, held));
    group.spawn(work(loop, 2, held));
    CHECK(group.size() == 1);
    loop.run(group.all_ended());
    CHECK(group.empty());
    CHECK(*held == 2);
    loop.run(turns(loop, 1));
    CHECK(held.use_count() == 1);
}

TEST_CASE("tasks spawn others into their group", "[event]") {
    Loop loop;
    TaskGroup group(loop);
    auto held = std::make_shared<int>(0);
    group.spawn(spawn_more(loop, group, held));
    loop.run(group.all_ended());
    CHECK(*held == 2);
}

TEST_CASE("tasks end with their group, wherever they stand", "[event]") {
    Loop loop;
    auto held = std::make_shared<int>(0);
    {
        TaskGroup group(loop);
        for (int i = 0; i < 3; ++i) group.spawn(forever(loop, held));
        group.spawn(work(loop, 0, held));
        CHECK(held.use_count() > 1);
    }
    CHECK(held.use_count() == 1);
    loop.run(turns(loop, 3));
}

TEST_CASE("a bug in a task ends that task only, and is told", "[event]") {
    Loop loop;
    std::string told;
    TaskGroup group(loop, [&](const std::string& what) { told = what; });
    auto held = std::make_shared<int>(0);
    group.spawn(buggy(loop));
    group.spawn(work(loop, 5, held));
    loop.run(group.all_ended());
    CHECK(told == "oops");
    CHECK(*held == 1);
}

TEST_CASE("who waits for the end of all is told when they are cancelled", "[event]") {
    Loop loop;
    TaskGroup group(loop);
    bool is_over = false;
    group.spawn(forever(loop, std::make_shared<int>(0)));
    Task<void> waiting = wait_for_all(group, is_over);
    waiting.start();
    loop.run(turns(loop, 2));
    CHECK_FALSE(is_over);
    group.cancel();
    loop.run(turns(loop, 3));
    CHECK(is_over);
}
