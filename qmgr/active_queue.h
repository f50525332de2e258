// The messages that are being delivered, and how they come there: by cleanup's notices, and by
// scans of the queues.
#pragma once

#include "lib/event/condition.h"
#include "lib/event/group.h"
#include "lib/queue/queue_id.h"
#include "qmgr/clog_warning.h"
#include "qmgr/message.h"

#include <string>
#include <unordered_set>

namespace postern::qmgr {

class ActiveQueue {
public:
    ActiveQueue(const Office& office, ClogWarning& clog);

    /// What a queue manager before us left in active/, then all queues; and deferred/ again every
    /// queue_run_delay.
    void start();

    /// cleanup has put a message into incoming/. When there is no room, it stays there until
    /// there is.
    void notice(queue::QueueId id);
    /// Fewer than qmgr_message_active_limit messages are active.
    bool has_room() const { return running_.size() < office_.settings.message_active_limit; }
    /// Looks for messages in incoming/, or in deferred/ those whose time has come (or all).
    void scan_incoming();
    void scan_deferred(bool ignores_time);
    /// One deferred message, whatever its time.
    void flush(queue::QueueId id);

private:
    void admit(queue::QueueId id, queue::Queue from, Origin origin);
    Task<void> run(queue::QueueId id, Origin origin);
    Task<void> adopt_active();
    Task<void> scan(queue::Queue queue, bool ignores_time);
    Task<void> scan_again(queue::Queue queue);
    Task<void> scan_regularly();
    bool is_due(queue::Queue queue, const queue::QueueId& id, bool ignores_time) const;

    struct ScanState {
        bool is_running = false, is_wanted = false, ignores_time = false;
    };
    void request_scan(queue::Queue queue, ScanState& state, bool ignores_time);
    ScanState& state_of(queue::Queue queue) {
        return queue == queue::Queue::incoming ? incoming_ : deferred_;
    }

    const Office& office_;
    ClogWarning& clog_;
    std::unordered_set<queue::QueueId> running_;
    event::Condition has_room_;
    ScanState incoming_, deferred_;
    event::TaskGroup tasks_;
};

}  // namespace postern::qmgr
