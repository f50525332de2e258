#include "lib/report/system_events.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace postern;
using namespace postern::report;

namespace {
const Wording plain;
}

TEST_CASE("master's lines", "[report]") {
    CHECK(MasterStarted{false, "3.12.0", "/etc/postfix"}.line(plain) ==
          "daemon started -- version 3.12.0, configuration /etc/postfix");
    CHECK(MasterStarted{true, "3.12.0", "/etc/postfix"}.line(plain) ==
          "reload -- version 3.12.0, configuration /etc/postfix");
    CHECK(MasterTerminating{15}.line(plain) == "terminating on signal 15");
    CHECK(ProcessFailed{"/p/smtpd", 12, 1, 0}.line(plain) == "process /p/smtpd pid 12 exit status 1");
    CHECK(ProcessFailed{"/p/smtpd", 12, 0, 11}.line(plain) ==
          "process /p/smtpd pid 12 killed by signal 11");
    CHECK(ServiceThrottled{"/p/smtpd"}.line(plain) ==
          "/p/smtpd: bad command startup -- throttling");
    CHECK(ProcessLimitReached{"smtp", "25", 100}.line(plain) ==
          "service \"smtp\" (25) has reached its process limit \"100\": new clients may experience "
          "noticeable delays");
    CHECK(SystemCommanded{"starting"}.line(plain) == "starting the Postfix mail system");
}

TEST_CASE("anvil's statistics have a rate's unit and the moment of the maximum", "[report]") {
    ::setenv("TZ", "UTC0", 1);
    const WallTime when = from_unix(1795532941);
    CHECK(ClientStatistics{"connection rate", 3, seconds(60), "smtp:192.0.2.1", when}.line(plain) ==
          "statistics: max connection rate 3/60s for (smtp:192.0.2.1) at Nov 24 15:09:01");
    CHECK(ClientStatistics{"connection count", 1, seconds(0), "smtp:::1", when}.line(plain) ==
          "statistics: max connection count 1 for (smtp:::1) at Nov 24 15:09:01");
    CHECK(ClientStatistics{"cache size", 1, seconds(0), "", when}.line(plain) ==
          "statistics: max cache size 1 at Nov 24 15:09:01");
}
