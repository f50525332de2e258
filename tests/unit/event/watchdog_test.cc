#include "lib/event/watchdog.h"

#include <catch2/catch.hpp>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace postern;
using postern::event::Loop;
using postern::event::Sleep;
using postern::event::Watchdog;

namespace {

/// How a child ends that does this.
template <class Work>
int wait_status(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

long seconds_left() {
    itimerval left{};
    ::getitimer(ITIMER_REAL, &left);
    return left.it_value.tv_sec;
}

Task<void> until_set_again(Loop& loop) {
    while (seconds_left() > 3) co_await Sleep(loop, loop.in(milliseconds(10)));
}

}  // namespace

TEST_CASE("a process whose loop does not turn is ended", "[event]") {
    const int status = wait_status([] {
        Loop loop;
        const Watchdog watchdog(loop, seconds(1));
        for (;;) ::pause();
    });
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGALRM);
}

TEST_CASE("a process whose loop turns puts its end off, and one that leaves has none", "[event]") {
    Loop loop;
    {
        const Watchdog watchdog(loop, seconds(3));
        ::alarm(1000);   // it would be long before this one went off
        loop.run(until_set_again(loop));
    }
    CHECK(::alarm(0) == 0);
}
