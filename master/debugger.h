// A debugger on the running master (-D, DEBUG_README).
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"

namespace postern::master {

/// Runs debugger_command in a shell, with the parameters as its environment: process_name,
/// process_id and daemon_directory are what it needs to find us.
void start_debugger(const config::Config& config, const Log& log);

}  // namespace postern::master
