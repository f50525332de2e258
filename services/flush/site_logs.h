// The logs of flush: for each eligible site the ids of messages that were deferred for it.
//
// A log is a file in flush/, named by the site with all but letters and digits as `_`; one queue
// id a line. It is appended to when a message is deferred, and emptied when its messages are to be
// tried. Its access time is when it was emptied last.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/queue/queue_id.h"
#include "lib/queue/spool.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::flush {

/// "remote_example" of "Remote.Example".
std::string log_name(std::string_view site);

/// Appends the id, unless it is among the last ones of the log.
Result<void> record(const queue::Spool& spool, const std::string& log, const queue::QueueId& id);

/// All ids, each once, and empties the log. None when there is no log.
Result<std::vector<queue::QueueId>> take_all(const queue::Spool& spool, const std::string& log,
                                             WallTime now);

struct LogAges {
    seconds refresh{12 * 3600};    ///< fast_flush_refresh_time
    seconds purge{7 * 24 * 3600};  ///< fast_flush_purge_time
};

/// The logs that were not emptied for `ages.refresh` and have ids. Removes empty ones that nobody
/// appended to for `ages.purge`.
Result<std::vector<std::string>> tidy(const queue::Spool& spool, const LogAges& ages, WallTime now);

}  // namespace postern::flush
