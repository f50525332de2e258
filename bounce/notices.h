// Who is told what became of a message.
#pragma once

#include "bounce/settings.h"
#include "bounce/templates.h"
#include "lib/base/log.h"
#include "lib/queue/message_log.h"
#include "lib/service/bounce.h"

#include <string>
#include <vector>

namespace postern::bounce {

/// One report: from whom, to whom, about which recipients.
struct Notice {
    std::string from, to;
    bool is_postmaster_copy = false;
    std::vector<queue::LogEntry> entries;
};

/// Those that a request leads to. Mail from nobody is answered to nobody (RFC 5321 section 4.5.5),
/// but a postmaster may want to know; what postmaster cannot be told is told to no one, or it
/// would go in circles: that is logged.
std::vector<Notice> notices(const service::SendReport& request,
                            const std::vector<queue::LogEntry>& entries, const Settings& settings,
                            const Log& log);

/// The words that a kind of report has.
TemplateKind template_of(service::ReportKind kind);

/// The entries about which somebody with these NOTIFY wishes (RFC 3461 section 4.1) is told; all
/// that gave none are told of failures and delays.
std::vector<queue::LogEntry> wanted(std::vector<queue::LogEntry> entries,
                                    service::ReportKind kind);

}  // namespace postern::bounce
