// best_mx_transport: where this host is the best mail exchanger of a destination that it does not know
// as its own, another transport of ours takes the message over.
#pragma once

#include "lib/delivery/job.h"
#include "lib/event/loop.h"

#include <string>

namespace postern::smtp {

/// Has the agent "transport" or "transport:nexthop" deliver to all recipients that are open, and
/// settles them as it says. Error: it could not be asked.
Task<Result<void>> pass_to_transport(event::Loop& loop, delivery::Job& job, std::string best_mx_transport);

}  // namespace postern::smtp
