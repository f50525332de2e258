// Running other programs of the mail system from a command, which waits for them.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <vector>

namespace postern::service {

/// Runs a program to its end, with our environment and standard files: its exit status, or 128 and
/// the signal that killed it. Error: it cannot be executed.
Result<int> run_program(const std::vector<std::string>& words);

/// Becomes the program. Returns only when that fails.
Error become_program(const std::vector<std::string>& words);

}  // namespace postern::service
