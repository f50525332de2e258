// A debugger on the running process (-D in master.cf, `postfix -D start`; DEBUG_README).
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"

#include <string_view>

namespace postern::service {

/// MAIL_DEBUG is in the environment: `postfix -D start` wants it for every process.
bool is_debugged_by_environment();

/// Runs debugger_command in a shell and waits for its end: "command & sleep 5" gives the debugger
/// time to attach. The environment has process_name, process_id and daemon_directory.
void run_debugger(const config::Config& config, std::string_view process_name, const Log& log);

}  // namespace postern::service
