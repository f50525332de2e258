// One request: a message for recipients, given to the command.
#pragma once

#include "lib/delivery/job.h"
#include "lib/delivery/status_filter.h"
#include "lib/event/loop.h"
#include "services/pipe/arguments.h"
#include "services/pipe/attributes.h"

#include <string>
#include <vector>

namespace postern::pipe {

/// What is the same for all requests of a process. References outlive it.
struct Service {
    Service(const config::Config& config, Attributes attributes, delivery::StatusFilter filter,
            event::Loop& loop, const Log& log);

    std::string name;   ///< first column of master.cf: the relay of log lines
    std::string directory;  ///< of master.cf
    Attributes attributes;
    AddressSyntax syntax;
    bool enable_original_recipient;
    seconds time_limit;                     ///< NAME_time_limit
    std::vector<std::string> environment;   ///< of the command
    delivery::StatusFilter filter;
    event::Loop& loop;
    const Log& log;
};

/// Runs the command once for all open recipients and settles them.
Task<void> deliver(const Service& service, delivery::Job& job);

}  // namespace postern::pipe
