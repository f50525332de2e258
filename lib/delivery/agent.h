// What every delivery agent's main does: take requests, open their messages, have them delivered,
// answer.
#pragma once

#include "lib/delivery/job.h"
#include "lib/service/daemon.h"

#include <functional>

namespace postern::delivery {

/// A delivery agent under master. Made before the rights are dropped; serves after.
class Agent {
public:
    /// Delivers one message: settles its recipients. Kept for the agent's life; a coroutine that
    /// takes all but the job by value, which lives until it ends.
    using Deliver = std::function<Task<void>(Job& job)>;

    explicit Agent(service::Daemon& daemon);
    const Circumstances& circumstances() const noexcept { return circumstances_; }

    /// Returns the exit status. Requests whose message cannot be opened are answered by a
    /// temporary error; of a message that is not there, with a warning.
    int serve(Deliver deliver);

private:
    Task<Result<service::DeliveryReply>> handle(const Deliver& deliver,
                                                service::DeliveryRequest request);

    service::Daemon& daemon_;
    queue::Spool spool_;
    Circumstances circumstances_;
};

}  // namespace postern::delivery
