// Runs a command with a message on its standard input, as a user, with a time limit.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/queue/content.h"
#include "lib/service/identity.h"

#include <string>
#include <vector>

namespace postern::delivery {

struct CommandSpec {
    std::string command;                 ///< for a shell, when `arguments` is empty
    std::vector<std::string> arguments;  ///< run directly
    std::string shell;                   ///< local_command_shell; "" is /bin/sh, and only where
                                         ///< the command needs one
    service::Identity identity;
    std::string user_name;                 ///< for the user's further groups; may be empty
    std::string directory;                 ///< working directory; "" is the queue directory
    std::vector<std::string> environment;  ///< the whole of it, "NAME=value"
    seconds time_limit{1000};
};

struct CommandResult {
    int exit_status = 0;   ///< when it exited
    int signal = 0;        ///< when a signal killed it
    bool is_late = false;  ///< killed at the time limit
    std::string output;    ///< the first 4 KiB of standard output and error
    bool is_success() const noexcept { return exit_status == 0 && signal == 0 && !is_late; }
};

/// Feeds `head` and the content to it, and waits. A command that does not read its input is not
/// at fault. Blocks; for one-at-a-time services. The child becomes the user for good. Error:
/// temporary, it could not be started.
Result<CommandResult> run_command(const CommandSpec& spec, std::string head,
                                  queue::ContentReader content);

}  // namespace postern::delivery
