#include "lib/event/pool.h"

#include "lib/event/group.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

Task<int> add_in_thread(Pool& pool, int a, int b) {
    co_return co_await pool.offload([a, b] { return a + b; });
}

Task<int> add_all(Pool& pool, int count) {
    int total = 0;
    for (int i = 0; i < count; ++i) total += co_await add_in_thread(pool, i, 1);
    co_return total;
}

Task<void> store(Pool& pool, std::atomic<int>& done, int& seen) {
    co_await pool.offload([&done] { return ++done; });
    ++seen;
}

Task<std::string> catch_it(Pool& pool) {
    try {
        co_await pool.offload([]() -> int { throw std::runtime_error("in a thread"); });
    } catch (const std::runtime_error& bug) {
        co_return bug.what();
    }
    co_return "nothing";
}

Task<int> take(Pool& pool, std::unique_ptr<int> owned) {
    auto back = co_await pool.offload([owned = std::move(owned)]() mutable {
        ++*owned;
        return std::move(owned);
    });
    co_return *back;
}

Task<void> wait_for(Pool& pool, std::shared_future<void> gate, std::atomic<int>& ran) {
    co_await pool.offload([gate, &ran] {
        gate.wait();
        return ++ran;
    });
}

}  // namespace

TEST_CASE("a job runs in a thread, and its result comes back to the loop", "[event]") {
    Loop loop;
    Pool pool(loop, 2);
    CHECK(loop.run(add_all(pool, 100)) == 5050);
}

TEST_CASE("without threads jobs run inline", "[event]") {
    Loop loop;
    Pool pool(loop, 0);
    CHECK(loop.run(add_all(pool, 10)) == 55);
    CHECK(loop.run(catch_it(pool)) == "in a thread");
}

TEST_CASE("a job that throws throws where it is awaited", "[event]") {
    Loop loop;
    Pool pool(loop, 1);
    CHECK(loop.run(catch_it(pool)) == "in a thread");
}

TEST_CASE("a job owns what cannot be copied", "[event]") {
    Loop loop;
    Pool pool(loop, 1), inline_pool(loop, 0);
    CHECK(loop.run(take(pool, std::make_unique<int>(4))) == 5);
    CHECK(loop.run(take(inline_pool, std::make_unique<int>(4))) == 5);
}

TEST_CASE("the result of a wait that was ended is dropped", "[event]") {
    Loop loop;
    Pool pool(loop, 1);
    std::atomic<int> done = 0;
    int seen = 0;
    {
        Task<void> ended = store(pool, done, seen);
        ended.start();
    }
    loop.run(store(pool, done, seen));   // after it in the same thread
    CHECK(done == 2);
    CHECK(seen == 1);
}

TEST_CASE("jobs above the bound wait in the loop, and all run", "[event]") {
    Loop loop;
    Pool pool(loop, 2, 3);
    std::promise<void> gate;
    const std::shared_future<void> opened = gate.get_future().share();
    std::atomic<int> ran = 0;
    TaskGroup group(loop);
    for (int i = 0; i < 20; ++i) group.spawn(wait_for(pool, opened, ran));
    loop.run(turns(loop, 3));
    CHECK(ran == 0);
    gate.set_value();
    loop.run(group.all_ended());
    CHECK(ran == 20);
}

TEST_CASE("row 42: where the system gives no thread, jobs run all the same", "[event]") {
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;   // the limit does not hold for root
        if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) ::_exit(2);
        const rlimit one{1, 1};
        ::setrlimit(RLIMIT_NPROC, &one);
        Loop loop;
        Pool pool(loop, 2);
        const bool is_right = loop.run(add_all(pool, 10)) == 55;
        sigset_t blocked;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        ::_exit(is_right && !sigismember(&blocked, SIGTERM) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
