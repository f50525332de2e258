#include "lib/base/clock.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>

using namespace postern;

namespace {

/// The time zone of a test; POSIX rules, so that no zone files are needed.
class Zone {
public:
    explicit Zone(const char* rule) {
        ::setenv("TZ", rule, 1);
        ::tzset();
    }
    ~Zone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

const WallTime moment = from_unix(1793606400 - 7200 + 541);   // Nov 2 2026 06:09:01 UTC

}  // namespace

TEST_CASE("moments and seconds since 1970 are the same thing", "[base]") {
    CHECK(to_unix(from_unix(1795532941)) == 1795532941);
    CHECK(to_unix(from_unix(5) + microseconds(999999)) == 5);
    CHECK(to_unix(from_unix(-5) + microseconds(1)) == -5);
}

TEST_CASE("a log line's time pads the day with a blank", "[base]") {
    const Zone utc("UTC0");
    CHECK(syslog_time(moment) == "Nov  2 06:09:01");
}

TEST_CASE("a mail date has the zone as a number and a name", "[base]") {
    const Zone utc("UTC0");
    CHECK(mail_date(moment) == "Mon,  2 Nov 2026 06:09:01 +0000 (UTC)");
}

TEST_CASE("zones east and west of Greenwich have their sign", "[base]") {
    {
        const Zone india("IST-5:30");
        CHECK(mail_date(moment) == "Mon,  2 Nov 2026 11:39:01 +0530 (IST)");
    }
    const Zone newfoundland("NST3:30");
    CHECK(mail_date(moment) == "Mon,  2 Nov 2026 02:39:01 -0330 (NST)");
}

TEST_CASE("a listing has the week day, a mailbox's From line the year as well", "[base]") {
    const Zone utc("UTC0");
    CHECK(listing_time(moment) == "Mon Nov  2 06:09:01");
    CHECK(ctime_text(moment) == "Mon Nov  2 06:09:01 2026");
}
