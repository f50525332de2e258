// Writes reports on what became of a message, and sends them.
#pragma once

#include "bounce/notices.h"
#include "bounce/report.h"
#include "bounce/settings.h"
#include "lib/event/loop.h"
#include "lib/report/reporter.h"
#include "lib/service/bounce.h"
#include "lib/service/client.h"

#include <string>
#include <vector>

namespace postern::bounce {

/// References outlive it.
class Notifier {
public:
    Notifier(const Settings& settings, const config::Config& config, const Templates& templates,
             const queue::Spool& spool, service::Client& cleanup, event::Loop& loop, const Reporter& reporter);

    /// See service::SendReport.
    Task<Result<service::Done>> send(service::SendReport request);

private:
    Report report(const service::SendReport& request, const queue::QueueId& id, const Notice& notice) const;
    Task<Result<std::string>> post(Notice notice, std::vector<std::string> lines,
                                   service::SendReport about, bool requires_tls);

    const Settings& settings_;
    const config::Config& config_;
    const Templates& templates_;
    const queue::Spool& spool_;
    service::Client& cleanup_;
    event::Loop& loop_;
    const Reporter& reporter_;
};

}  // namespace postern::bounce
