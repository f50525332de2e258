// The command line with which a service's program is started (lib/service/master_link.h).
#pragma once

#include "lib/config/master_cf.h"

#include <cstdint>
#include <string>
#include <vector>

namespace postern::master {

/// What differs from start to start.
struct StartDetails {
    std::size_t sockets = 1;
    std::int64_t share = -1;
    bool stress = false;
    int verbosity = 0;
};

/// argv of the program: our options, then those of master.cf.
std::vector<std::string> command_line(const config::MasterEntry& entry, const StartDetails& details);

}  // namespace postern::master
