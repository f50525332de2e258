// Ends a process whose loop no longer turns, so that its master can start another
// (postscreen_watchdog_timeout, tlsproxy_watchdog_timeout).
#pragma once

#include "lib/event/loop.h"

namespace postern::event {

/// One in a process: it has the alarm(2) of the process. While the loop turns, the alarm is put off;
/// a turn that lasts for longer than `timeout` ends the process by SIGALRM.
class Watchdog final : private Timer {
public:
    Watchdog(Loop& loop, seconds timeout);
    ~Watchdog() override;
    Watchdog(const Watchdog&) = delete;

private:
    void expired() override { put_off(); }
    void put_off();

    Loop& loop_;
    const seconds timeout_;
};

}  // namespace postern::event
