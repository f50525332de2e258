// -D; see the header.
#include "lib/service/debugger.h"

#include "lib/service/run_program.h"

#include <unistd.h>

#include <cstdlib>

namespace postern::service {

bool is_debugged_by_environment() { return std::getenv("MAIL_DEBUG") != nullptr; }

void run_debugger(const config::Config& config, std::string_view process_name, const Log& log) {
    const std::string command = config.text("debugger_command");
    if (command.empty()) return log.warning("-D: debugger_command is empty");
    ::setenv("process_name", std::string(process_name).c_str(), 1);
    ::setenv("process_id", fmt::to_string(::getpid()).c_str(), 1);
    ::setenv("daemon_directory", config.text("daemon_directory").c_str(), 1);
    if (const auto done = run_program({"/bin/sh", "-c", command}); !done)
        log.warning("debugger_command: {}", done.error().text);
}

}  // namespace postern::service
