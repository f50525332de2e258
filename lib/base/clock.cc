// The machine's clock, and moments as text.
#include "lib/base/clock.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace postern {

namespace {

class SystemClock final : public Clock {
public:
    Monotonic monotonic() const override { return std::chrono::steady_clock::now(); }
    WallTime wall() const override {
        return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
    }
};

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::tm local(WallTime moment) {
    const std::time_t number = to_unix(moment);
    std::tm parts{};
    localtime_r(&number, &parts);
    return parts;
}

std::string clock_text(const std::tm& t) {
    return fmt::format("{:02}:{:02}:{:02}", t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string syslog_time(WallTime moment) {
    const std::tm t = local(moment);
    return fmt::format("{} {:2} {}", months[t.tm_mon], t.tm_mday, clock_text(t));
}

std::string mail_date(WallTime moment) {
    const std::tm t = local(moment);
    const long minutes = (t.tm_gmtoff < 0 ? -t.tm_gmtoff : t.tm_gmtoff) / 60;
    return fmt::format("{}, {} {} {} {} {}{:02}{:02} ({})", days[t.tm_wday],
                       fmt::format("{:2}", t.tm_mday), months[t.tm_mon], t.tm_year + 1900,
                       clock_text(t), t.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60,
                       t.tm_zone);
}

std::string listing_time(WallTime moment) {
    const std::tm t = local(moment);
    return fmt::format("{} {} {:2} {}", days[t.tm_wday], months[t.tm_mon], t.tm_mday,
                       clock_text(t));
}

std::string ctime_text(WallTime moment) {
    return fmt::format("{} {}", listing_time(moment), local(moment).tm_year + 1900);
}

}  // namespace postern
