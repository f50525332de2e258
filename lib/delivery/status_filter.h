// The delivery status filters of delivery agents: pipe_delivery_status_filter and its like.
#pragma once

#include "lib/base/log.h"
#include "lib/delivery/job.h"
#include "lib/event/task.h"
#include "lib/table/table.h"

#include <string>

namespace postern::delivery {

/// Gives the outcome of a delivery another status code and text. The key of its tables is
/// "5.1.1 text"; so is the result, whose code may not turn a success into a failure or back.
class StatusFilter {
public:
    /// `parameter` stands in warnings. `log` outlives the filter.
    StatusFilter(std::string parameter, table::Maps maps, const Log& log)
        : parameter_(std::move(parameter)), maps_(std::move(maps)), log_(log) {}

    /// The settlement unchanged where no table knows it, where one cannot tell, or where its
    /// result is of no use; the last two with a warning.
    Task<Settlement> filtered(Settlement settlement) const;

private:
    std::string parameter_;
    table::Maps maps_;
    const Log& log_;
};

}  // namespace postern::delivery
