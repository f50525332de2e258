#include <catch2/catch.hpp>
#include <cstdlib>
TEST_CASE("one") { CHECK(1 == 1); }
TEST_CASE("two") { CHECK(1 == 2); }
TEST_CASE("three") { CHECK(1 == 1); }
