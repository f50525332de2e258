// Makes marks of delivered recipients durable while their message stays in the active queue.
#pragma once

#include "lib/base/log.h"
#include "lib/event/group.h"
#include "lib/event/pool.h"
#include "lib/queue/queue_id.h"
#include "lib/queue/spool.h"

#include <unordered_set>

namespace postern::qmgr {

/// The queue files of noted messages are synced together a second after the first was noted, so a
/// message with a thousand recipients costs one sync a second. References outlive it.
class MarkSync {
public:
    MarkSync(const queue::Spool& spool, event::Loop& loop, event::Pool& disk,
             event::TaskGroup& tasks, const Log& log)
        : spool_(spool), loop_(loop), disk_(disk), tasks_(tasks), log_(log) {}

    /// Recipients of an active message were marked, and others are still under way.
    void note(const queue::QueueId& id);
    /// The marks are on disk when this is done. A failure is logged: the worst is one more delivery.
    Task<void> sync(queue::QueueId id);

private:
    Task<void> sync_later();

    const queue::Spool& spool_;
    event::Loop& loop_;
    event::Pool& disk_;
    event::TaskGroup& tasks_;
    const Log& log_;
    std::unordered_set<queue::QueueId> noted_;
};

}  // namespace postern::qmgr
