// What is known of each recipient: from requests, or from the logs of the spool.
#pragma once

#include "lib/queue/message_log.h"
#include "lib/queue/spool.h"
#include "lib/service/bounce.h"

#include <vector>

namespace postern::bounce {

/// The entries of a request as logs have them.
std::vector<queue::LogEntry> log_entries(const std::vector<service::BounceEntry>& entries);

/// The log in which reports of this kind find their entries.
queue::Queue log_of(service::ReportKind kind);

/// Those that a report is about. Errors: of the log.
Result<std::vector<queue::LogEntry>> entries_of(const service::SendReport& request,
                                                const queue::Spool& spool,
                                                const queue::QueueId& id);

}  // namespace postern::bounce
