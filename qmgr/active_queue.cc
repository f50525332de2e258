// Admission to the active queue; see the header.
#include "qmgr/active_queue.h"

#include "lib/queue/scan.h"

namespace postern::qmgr {

namespace {

using queue::Queue;

/// Directory entries read between two looks at the sockets.
constexpr int entries_per_turn = 100;
/// An agent of a queue manager before us still delivers the message.
constexpr seconds busy_pause{1};

}  // namespace

ActiveQueue::ActiveQueue(const Office& office, ClogWarning& clog)
    : office_(office), clog_(clog), has_room_(office.loop), tasks_(office.loop, office.on_bug) {}

void ActiveQueue::start() {
    tasks_.spawn(adopt_active());
    tasks_.spawn(scan_regularly());
}

void ActiveQueue::notice(queue::QueueId id) {
    if (has_room())
        admit(std::move(id), Queue::incoming, Origin::fresh);
    else
        scan_incoming();
}

void ActiveQueue::scan_incoming() {
    request_scan(Queue::incoming, incoming_, false);
}
void ActiveQueue::scan_deferred(bool ignores_time) {
    request_scan(Queue::deferred, deferred_, ignores_time);
}
void ActiveQueue::flush(queue::QueueId id) {
    admit(std::move(id), Queue::deferred, Origin::flushed);
}

void ActiveQueue::admit(queue::QueueId id, Queue from, Origin origin) {
    if (running_.contains(id)) return;
    if (from != Queue::active) {
        auto moved = office_.spool.move(id, from, Queue::active);
        if (!moved) return office_.reporter.log().warning("{}", moved.error().text);
        if (!*moved) return;  // somebody has taken it, or it was deleted
        // What is recorded of an earlier attempt is told anew by this one.
        if (from == Queue::deferred) std::ignore = office_.spool.remove(Queue::defer, id);
    }
    running_.insert(id);
    tasks_.spawn(run(std::move(id), origin));
}

Task<void> ActiveQueue::run(queue::QueueId id, Origin origin) {
    for (;;) {
        Message message(office_, id, origin);
        if (co_await message.run() != Message::End::busy) break;
        co_await event::Sleep(office_.loop, office_.loop.in(busy_pause));
    }
    running_.erase(id);
    has_room_.notify_one();
}

Task<void> ActiveQueue::adopt_active() {
    queue::QueueScan scan(office_.spool, Queue::active);
    for (int count = 1;; ++count) {
        auto entry = scan.next();
        if (!entry) {
            office_.reporter.log().warning("{}", entry.error().text);
            continue;
        }
        if (!*entry) break;
        if ((*entry)->id) admit(*(*entry)->id, Queue::active, Origin::scanned);
        if (count % entries_per_turn == 0) co_await event::Yield(office_.loop);
    }
    scan_incoming();
    scan_deferred(false);
}

void ActiveQueue::request_scan(Queue queue, ScanState& state, bool ignores_time) {
    state.ignores_time = state.ignores_time || ignores_time;
    if (state.is_running) {
        state.is_wanted = true;  // what came meanwhile may lie behind the scan
        return;
    }
    state.is_running = true;
    tasks_.spawn(scan_again(queue));
}

Task<void> ActiveQueue::scan_again(Queue queue) {
    ScanState& state = state_of(queue);
    do {
        state.is_wanted = false;
        co_await scan(queue, std::exchange(state.ignores_time, false));
    } while (state.is_wanted);
    state.is_running = false;
}

Task<void> ActiveQueue::scan(Queue queue, bool ignores_time) {
    queue::QueueScan scan(office_.spool, queue);
    for (int count = 1;; ++count) {
        while (!has_room()) {
            clog_.active_queue_is_full(running_.size());
            co_await has_room_.wait();
        }
        auto entry = scan.next();
        if (!entry) {
            office_.reporter.log().warning("{}", entry.error().text);
            continue;
        }
        if (!*entry) co_return;
        const auto& id = (*entry)->id;
        if (id && !running_.contains(*id) && is_due(queue, *id, ignores_time))
            admit(*id, queue, ignores_time ? Origin::flushed : Origin::scanned);
        if (count % entries_per_turn == 0) co_await event::Yield(office_.loop);
    }
}

/// Complete (mode 0700), and its time has come. Nobody sets a time beyond the longest backoff, so
/// one that is later is from before the clock was set back; waiting for it might take years.
bool ActiveQueue::is_due(Queue queue, const queue::QueueId& id, bool ignores_time) const {
    auto status = office_.spool.status(queue, id);
    if (!status || !*status) return false;
    const struct stat& file = **status;
    if (!S_ISREG(file.st_mode) || (file.st_mode & S_IXUSR) == 0) return false;
    const auto& settings = office_.settings;
    const seconds wait(file.st_mtime - to_unix(office_.loop.clock().wall()));
    const seconds longest = std::max(settings.minimal_backoff_time, settings.maximal_backoff_time);
    return ignores_time || wait <= seconds(0) || wait > longest;
}

Task<void> ActiveQueue::scan_regularly() {
    for (;;) {
        co_await event::Sleep(office_.loop, office_.loop.in(office_.settings.queue_run_delay));
        scan_deferred(false);
    }
}

}  // namespace postern::qmgr
