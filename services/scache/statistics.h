// What is known of the use of kept connections in one interval.
#pragma once

#include "lib/base/clock.h"
#include "lib/service/scache.h"

#include <string>
#include <vector>

namespace postern::scache {

class Statistics {
public:
    explicit Statistics(WallTime start) : start_(start) {}

    /// Lookups are summed up; of what processes kept at a time, the most counts.
    void add(const service::CacheUse& use);
    /// The lines for the log, none when nobody looked for anything; the next interval begins at `now`.
    std::vector<std::string> take(WallTime now);

private:
    WallTime start_;
    service::CacheUse sum_;
};

}  // namespace postern::scache
