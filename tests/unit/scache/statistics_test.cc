#include "services/scache/statistics.h"

#include <catch2/catch.hpp>

namespace postern::scache {

using Lines = std::vector<std::string>;

TEST_CASE("lookups are summed up, and of what was kept the most counts", "[scache]") {
    Statistics statistics(WallTime{});
    statistics.add({.destination_hits = 3, .destination_misses = 1, .address_misses = 1, .destinations = 2,
                    .addresses = 2, .connections = 5});
    statistics.add({.destination_misses = 1, .address_misses = 1, .destinations = 1, .addresses = 1,
                    .connections = 1});
    const Lines lines = statistics.take(WallTime{} + seconds(600));
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == "statistics: start interval " + syslog_time(WallTime{}));
    CHECK(lines[1] == "statistics: domain lookup hits=3 miss=2 success=60%");
    CHECK(lines[2] == "statistics: address lookup hits=0 miss=2 success=0%");
    CHECK(lines[3] == "statistics: max simultaneous domains=2 addresses=2 connection=5");
}

TEST_CASE("an interval without lookups says nothing, and the next one begins at its end", "[scache]") {
    Statistics statistics(WallTime{});
    CHECK(statistics.take(WallTime{} + seconds(600)).empty());
    statistics.add({.destination_misses = 1});
    CHECK(statistics.take(WallTime{} + seconds(1200)) ==
          Lines{"statistics: start interval " + syslog_time(WallTime{} + seconds(600)),
                "statistics: domain lookup hits=0 miss=1 success=0%"});
}

}  // namespace postern::scache
