// Wakes a service up from time to time (master.cf, column 6).
#pragma once

#include "lib/event/group.h"
#include "lib/report/reporter.h"
#include "lib/service/client.h"
#include "master/plan.h"

#include <memory>

namespace postern::master {

/// Sends the request Trigger to a service of type unix, and a byte to a fifo. A request that finds
/// nobody starts a process, as any client does; the connection is closed after it, so that it keeps
/// no process alive.
class WakeUp {
public:
    WakeUp(event::Loop& loop, const Reporter& reporter);

    /// From now on, at once for the first time; a service "only when used" from its first use on.
    void set(const PlannedService& planned);
    /// Somebody has used the service.
    void used();
    void stop();

private:
    Task<void> repeat(seconds interval);
    Task<void> wake();
    void begin();

    event::Loop& loop_;
    const Reporter& reporter_;
    std::unique_ptr<service::Client> client_;
    std::string fifo_;
    seconds interval_{0};
    event::TaskGroup tasks_;   // ends before the client does
};

}  // namespace postern::master
