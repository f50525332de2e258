#include "master/share.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace postern;
using namespace postern::master;
using service::ChildStatus;
using service::no_limit;

namespace {

Holding starting(std::int64_t granted) { return {granted, std::nullopt, false}; }

Holding serving(std::int64_t granted, ChildStatus status) { return {granted, status, false}; }

Bounds unlimited(std::size_t processors = 1) { return {no_limit, 100, processors}; }

}  // namespace

TEST_CASE("the first client of a service starts a process", "[master][share]") {
    CHECK(wants_another({2, 100, 1}, {}));
    CHECK(left_of({2, 100, 1}, {}) == 2);
    CHECK(left_of(unlimited(), {}) == no_limit);
}

TEST_CASE("a process that is starting is waited for", "[master][share]") {
    const std::vector<Holding> children = {starting(no_limit)};
    CHECK_FALSE(wants_another(unlimited(4), children));
}

TEST_CASE("a process that has not said what it needs holds all that it was granted",
          "[master][share]") {
    const std::vector<Holding> children = {starting(5)};
    CHECK(left_of({5, 100, 1}, children) == 0);
}

TEST_CASE("another process comes only when none has room", "[master][share]") {
    std::vector<Holding> children = {
        serving(no_limit, {.takes = 1, .in_use = 1, .has_room = false}),
        serving(no_limit, {.takes = 1, .in_use = 0, .has_room = true})};
    CHECK_FALSE(wants_another(unlimited(), children));
    children[1].status->has_room = false;
    children[1].status->in_use = 1;
    CHECK(wants_another(unlimited(), children));
}

TEST_CASE("busy processes get company up to the number of processors", "[master][share]") {
    const Holding busy = serving(no_limit, {.takes = 2000, .in_use = 50, .has_room = false});
    const std::vector<Holding> one = {busy}, two = {busy, busy};
    CHECK(wants_another(unlimited(2), one));
    CHECK_FALSE(wants_another(unlimited(2), two));
}

TEST_CASE("a share of sessions is used up by one process that takes them all", "[master][share]") {
    const std::vector<Holding> children = {
        serving(2, {.takes = 2, .in_use = 2, .has_room = false})};
    CHECK_FALSE(wants_another({2, 100, 4}, children));
    CHECK(is_used_up({2, 100, 4}, children));
}

TEST_CASE("what a retiring process still has under way counts, and no more", "[master][share]") {
    std::vector<Holding> children = {
        serving(5, {.takes = 5, .in_use = 3, .has_room = false, .is_retiring = true})};
    CHECK(left_of({5, 100, 1}, children) == 2);
    CHECK(wants_another({5, 100, 1}, children));
    children[0].status->in_use = 0;
    CHECK(left_of({5, 100, 1}, children) == 5);
}

TEST_CASE("a process that was sent away but has not heard of it keeps its share",
          "[master][share]") {
    std::vector<Holding> children = {serving(1, {.takes = 1, .in_use = 0, .has_room = true})};
    children[0].is_sent_away = true;
    CHECK_FALSE(children[0].has_room());
    CHECK_FALSE(wants_another({1, 100, 1}, children));   // what may be there once only
}

TEST_CASE("what becomes free goes to a process that took all that it was granted",
          "[master][share]") {
    const Holding takes_all = serving(2, {.takes = 2, .in_use = 2, .has_room = false});
    CHECK(larger_grant(takes_all, 3) == 5);
    CHECK_FALSE(larger_grant(takes_all, 0));
    CHECK_FALSE(larger_grant(starting(2), 3));
    CHECK_FALSE(larger_grant(serving(9, {.takes = 1, .in_use = 1, .has_room = false}), 3));
}

TEST_CASE("a service without a number has at most so many processes", "[master][share]") {
    const Holding full = serving(no_limit, {.takes = 1, .in_use = 1, .has_room = false});
    const std::vector<Holding> children(100, full);
    CHECK_FALSE(wants_another(unlimited(), children));
    CHECK(is_used_up(unlimited(), children));
}
