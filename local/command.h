// Messages into commands of users.
#pragma once

#include "local/writing.h"

#include <string>

namespace postern::local {

/// Runs a command with the message, as `user` (null, and root: default_privs), and says what came
/// of it; a probe only says what would be done.
Task<delivery::Settlement> run_command(const Post& post, Letter letter, std::string command,
                                       const User* user);

}  // namespace postern::local
