#include "lib/base/pace.h"

#include <catch2/catch.hpp>

using namespace postern;

TEST_CASE("a burst passes at once, then one a period", "[base][pace]") {
    constexpr milliseconds period{10};
    Pace pace(3);
    Monotonic now = Monotonic{} + std::chrono::hours(1);
    for (int i = 0; i < 3; ++i) {
        CHECK(pace.wait(now, period) == milliseconds(0));
        pace.spend(now, period);
    }
    CHECK(pace.wait(now, period) == period);
    now += milliseconds(4);
    CHECK(pace.wait(now, period) == milliseconds(6));
    now += milliseconds(6);
    CHECK(pace.wait(now, period) == milliseconds(0));
    pace.spend(now, period);
    CHECK(pace.wait(now, period) == period);
}

TEST_CASE("quiet moments give no more than one burst back", "[base][pace]") {
    constexpr milliseconds period{10};
    Pace pace(2);
    const Monotonic now = Monotonic{} + std::chrono::hours(1);
    pace.spend(now, period);
    pace.spend(now, period);
    pace.spend(now + period * 100, period);
    pace.spend(now + period * 100, period);
    CHECK(pace.wait(now + period * 100, period) == period);
}
