#include "lib/event/loop.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <string>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

Task<std::string> greet(std::string name) { co_return "hello " + name; }

Task<std::string> greet_twice(Loop& loop, std::string name) {
    std::string both = co_await greet(name);
    co_await Yield(loop);
    both += ", " + co_await greet(name);
    co_return both;
}

Task<int> fail(Loop& loop) {
    co_await Yield(loop);
    throw std::runtime_error("a bug");
}

Task<std::string> catch_it(Loop& loop) {
    try {
        co_await fail(loop);
    } catch (const std::runtime_error& bug) {
        co_return bug.what();
    }
    co_return "nothing";
}

Task<int> ready(int value) { co_return value; }

Task<long> sum(int count) {
    long total = 0;
    for (int i = 0; i < count; ++i) total += co_await ready(1);
    co_return total;
}

Task<int> depth(int levels) { co_return levels == 0 ? 0 : 1 + co_await depth(levels - 1); }

/// Says in `place` how far it is, and in `alive` that it has not been destroyed.
Task<void> steps(Loop& loop, int& place, std::shared_ptr<int> alive) {
    const std::string held(100, 'x');
    for (place = 0; place < 5; ++place) {
        const auto copy = alive;
        co_await turns(loop, 1);
    }
}

Answer<int> answer(bool is_known, Loop& loop) {
    if (is_known) return 7;
    return [](Loop& loop) -> Task<int> {
        co_await Yield(loop);
        co_return 8;
    }(loop);
}

Task<int> ask_both(Loop& loop) {
    const int known = co_await answer(true, loop);
    co_return known * 10 + co_await answer(false, loop);
}

}  // namespace

TEST_CASE("a task gives its value to whoever awaits it", "[event]") {
    Loop loop;
    CHECK(loop.run(greet_twice(loop, "world")) == "hello world, hello world");
}

TEST_CASE("an exception comes out where the task is awaited, or run", "[event]") {
    Loop loop;
    CHECK(loop.run(catch_it(loop)) == "a bug");
    CHECK_THROWS_AS(loop.run(fail(loop)), std::runtime_error);
}

TEST_CASE("awaits that finish at once do not grow the stack", "[event]") {
    Loop loop;
    CHECK(loop.run(sum(1'000'000)) == 1'000'000);
    CHECK(loop.run(depth(1000)) == 1000);
}

TEST_CASE("a task ends at each of its waits, with all that it holds", "[event]") {
    for (int wait = 0; wait < 5; ++wait) {
        Loop loop;
        int place = -1;
        auto alive = std::make_shared<int>(1);
        {
            Task<void> task = steps(loop, place, alive);
            CHECK(place == -1);   // it starts when it is told to
            task.start();
            while (place < wait) loop.run(turns(loop, 1));
            CHECK_FALSE(task.done());
        }
        CHECK(alive.use_count() == 1);
        loop.run(turns(loop, 3));   // nobody resumes it any more
        CHECK(place == wait);
    }
}

TEST_CASE("a task moves with its owner, and the old one ends", "[event]") {
    Loop loop;
    auto first = std::make_shared<int>(1), second = std::make_shared<int>(2);
    int place = 0, other = 0;
    Task<void> task = steps(loop, place, first);
    task.start();
    task = steps(loop, other, second);
    CHECK(first.use_count() == 1);
    loop.run(std::move(task));
    CHECK(other == 5);
}

TEST_CASE("an answer is there already, or comes", "[event]") {
    Loop loop;
    CHECK(loop.run(ask_both(loop)) == 78);
}
