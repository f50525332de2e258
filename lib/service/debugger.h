// A debugger on the running process (-D in master.cf, `postfix -D start`; DEBUG_README).
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"

#include <string_view>

namespace postern::service {

/// Runs debugger_command in a shell and waits for its end: "command & sleep 5" gives the debugger
/// time to attach. The environment has process_name, process_id and daemon_directory.
void run_debugger(const config::Config& config, std::string_view process_name, const Log& log);

}  // namespace postern::service
