// Statistics; see the header.
#include "services/scache/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace postern::scache {

namespace {

std::string lookups(std::string_view kind, std::int64_t hits, std::int64_t misses) {
    return fmt::format("statistics: {} lookup hits={} miss={} success={}%", kind, hits, misses,
                       hits * 100 / (hits + misses));
}

}  // namespace

void Statistics::add(const service::CacheUse& use) {
    sum_.destination_hits += use.destination_hits;
    sum_.destination_misses += use.destination_misses;
    sum_.address_hits += use.address_hits;
    sum_.address_misses += use.address_misses;
    sum_.destinations = std::max(sum_.destinations, use.destinations);
    sum_.addresses = std::max(sum_.addresses, use.addresses);
    sum_.connections = std::max(sum_.connections, use.connections);
}

std::vector<std::string> Statistics::take(WallTime now) {
    const auto sum = std::exchange(sum_, {});
    const auto start = std::exchange(start_, now);
    std::vector<std::string> lines;
    if (sum.destination_hits + sum.destination_misses > 0)
        lines.push_back(lookups("domain", sum.destination_hits, sum.destination_misses));
    if (sum.address_hits + sum.address_misses > 0)
        lines.push_back(lookups("address", sum.address_hits, sum.address_misses));
    if (sum.connections > 0)
        lines.push_back(fmt::format("statistics: max simultaneous domains={} addresses={} connection={}",
                                    sum.destinations, sum.addresses, sum.connections));
    if (!lines.empty()) lines.insert(lines.begin(), "statistics: start interval " + syslog_time(start));
    return lines;
}

}  // namespace postern::scache
