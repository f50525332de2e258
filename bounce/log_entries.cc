// Entries; see the header.
#include "bounce/log_entries.h"

#include <algorithm>

namespace postern::bounce {

using service::ReportKind;

namespace {

queue::LogEntry entry_of(const service::BounceEntry& entry) {
    queue::LogEntry made;
    made.recipient = entry.recipient;
    made.original_recipient = entry.original;
    made.dsn_orcpt = entry.dsn_orcpt;
    made.notify.bits = static_cast<std::uint8_t>(entry.notify);
    made.offset = entry.offset;
    made.status = entry.status;
    made.action = entry.action;
    made.diag_type = entry.diag_type;
    made.diag_text = entry.diag_text;
    made.mta_type = entry.mta_type;
    made.mta_name = entry.mta_name;
    made.reason = entry.reason;
    return made;
}

}  // namespace

std::vector<queue::LogEntry> log_entries(const std::vector<service::BounceEntry>& entries) {
    std::vector<queue::LogEntry> list;
    std::transform(entries.begin(), entries.end(), std::back_inserter(list), entry_of);
    return list;
}

queue::Queue log_of(ReportKind kind) {
    switch (kind) {
        case ReportKind::delay: return queue::Queue::defer;
        case ReportKind::trace:
        case ReportKind::verify: return queue::Queue::trace;
        default: return queue::Queue::bounce;
    }
}

Result<std::vector<queue::LogEntry>> entries_of(const service::SendReport& request,
                                                const queue::Spool& spool,
                                                const queue::QueueId& id) {
    if (request.kind == ReportKind::one_entry) return log_entries(request.entries);
    return queue::read_log(spool, log_of(request.kind), id);
}

}  // namespace postern::bounce
