#include "qmgr/window.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::qmgr;

namespace {

TransportSettings settings() {
    TransportSettings s{};
    s.destination_concurrency_limit = 20;
    s.initial_destination_concurrency = 5;
    s.failed_cohort_limit = 1;
    return s;
}

}  // namespace

TEST_CASE("a window begins with the initial concurrency", "[qmgr]") {
    const auto s = settings();
    CHECK(Window(s).size() == 5);
}

TEST_CASE("each success of a window that is used up makes it larger, up to the limit", "[qmgr]") {
    const auto s = settings();
    Window window(s);
    window.succeeded(5);
    CHECK(window.size() == 6);
    for (int i = 0; i < 100; ++i)
        window.succeeded(window.size());
    CHECK(window.size() == 20);
}

TEST_CASE("success within a window that is far from used up does not make it larger", "[qmgr]") {
    const auto s = settings();
    Window window(s);
    window.succeeded(1);
    CHECK(window.size() == 6);
    window.succeeded(1);
    CHECK(window.size() == 6);
}

TEST_CASE("with feedback 1/concurrency a window grows by one after a whole round", "[qmgr]") {
    auto s = settings();
    s.positive = *Feedback::parse("1/concurrency");
    Window window(s);
    for (int i = 0; i < 4; ++i)
        window.succeeded(5);
    CHECK(window.size() == 5);
    window.succeeded(5);
    CHECK(window.size() == 6);
}

TEST_CASE("failures of a whole cohort make a destination dead, and time revives it", "[qmgr]") {
    const auto s = settings();
    Window window(s);
    for (int i = 0; i < 2; ++i)
        window.failed();
    CHECK_FALSE(window.is_dead());
    for (int i = 0; i < 3; ++i)
        window.failed();
    CHECK(window.is_dead());
    window.revive();
    CHECK(window.size() == 5);
}

TEST_CASE("a success between failures keeps the destination alive", "[qmgr]") {
    const auto s = settings();
    Window window(s);
    for (int i = 0; i < 50; ++i) {
        window.failed();
        window.succeeded(window.size());
    }
    CHECK_FALSE(window.is_dead());
}

TEST_CASE("feedback is read in each of its forms", "[qmgr]") {
    CHECK(Feedback::parse("0.5")->at(10) == Approx(0.5));
    CHECK(Feedback::parse("1/concurrency")->at(10) == Approx(0.1));
    CHECK(Feedback::parse("2 / sqrt_concurrency")->at(16) == Approx(0.5));
    for (const char* bad : {"", "x", "-1", "1.5", "1/2", "1/", "/concurrency"}) {
        CAPTURE(bad);
        CHECK_FALSE(Feedback::parse(bad));
    }
}
