// What all messages of the queue manager share.
#pragma once

#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/queue/spool.h"
#include "lib/report/reporter.h"
#include "lib/service/client.h"
#include "qmgr/mark_sync.h"
#include "qmgr/reports.h"
#include "qmgr/scheduler.h"
#include "qmgr/settings.h"

namespace postern::qmgr {

/// References outlive the messages.
struct Office {
    const Settings& settings;
    const config::Config& config;
    const queue::Spool& spool;
    event::Loop& loop;
    event::Pool& disk;
    const Reporter& reporter;
    Scheduler& scheduler;
    Reports& reports;
    MarkSync& marks;
    service::Client& rewrite;
    service::Client& flush;
    service::Client& verify;
    std::size_t& probes;   ///< messages that verify(8) waits for, in the active queue
    event::TaskGroup::OnBug on_bug;
};

}  // namespace postern::qmgr
