// Time, as the rest of the house sees it: a monotonic clock for deadlines, the wall clock for
// queue files and log lines, both through an interface, so that a test can move them.
#pragma once

#include <chrono>
#include <string>

namespace postern {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Monotonic = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::time_point<std::chrono::system_clock, microseconds>;

/// Where time comes from.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Monotonic monotonic() const = 0;
    virtual WallTime wall() const = 0;
};

/// The machine's clock; one for the process, without state.
const Clock& system_clock();

/// Seconds since 1970-01-01 00:00:00 UTC, and the moment of such a number.
inline std::int64_t to_unix(WallTime moment) {
    return std::chrono::floor<seconds>(moment.time_since_epoch()).count();
}
inline WallTime from_unix(std::int64_t value) { return WallTime(seconds(value)); }

/// "Nov 24 15:09:01" in local time: the start of a classic log line.
std::string syslog_time(WallTime moment);
/// "Tue, 24 Nov 2026 15:09:01 +0000 (UTC)": RFC 5322 section 3.3 with the zone's name.
std::string mail_date(WallTime moment);
/// "Tue Nov 24 15:09:01" as the queue listing has it; with the year, as a mailbox's From line.
std::string listing_time(WallTime moment);
std::string ctime_text(WallTime moment);

}  // namespace postern
