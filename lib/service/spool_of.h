// The spool of a daemon, divided as main.cf says.
#pragma once

#include "lib/config/config.h"
#include "lib/queue/spool.h"

namespace postern::service {

queue::Layout spool_layout(const config::Config& config);

/// The spool in the working directory, which for a daemon is the queue directory, chrooted or not.
Result<queue::Spool> spool_here(const config::Config& config);

}  // namespace postern::service
