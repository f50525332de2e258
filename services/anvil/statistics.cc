// Statistics; see the header.
#include "services/anvil/statistics.h"

#include <fmt/format.h>

namespace postern::anvil {

std::vector<std::string> statistics(const Peaks& peaks, seconds rate_time_unit) {
    std::vector<std::string> lines;
    const std::string per_unit = fmt::format("/{}s", rate_time_unit.count());
    const auto add = [&](std::string_view what, const Peak& peak, std::string_view unit) {
        if (peak.value == 0) return;
        lines.push_back(fmt::format("statistics: max {} {}{} for ({}:{}) at {}", what, peak.value, unit,
                                    peak.who.first, peak.who.second, syslog_time(peak.when)));
    };
    add("connection rate", peaks.connection_rate, per_unit);
    add("connection count", peaks.connection_count, "");
    add("message rate", peaks.message_rate, per_unit);
    add("recipient rate", peaks.recipient_rate, per_unit);
    add("newtls rate", peaks.new_tls_rate, per_unit);
    add("auth rate", peaks.auth_rate, per_unit);
    if (peaks.cache_size > 0)
        lines.push_back(fmt::format("statistics: max cache size {} at {}", peaks.cache_size,
                                    syslog_time(peaks.cache_size_at)));
    return lines;
}

}  // namespace postern::anvil
