// What is done for each instance in turn: -l, -p, -x.
#pragma once

#include "lib/base/log.h"
#include "tools/postmulti/instances.h"

namespace postern::postmulti {

/// "name  group  y  directory" for each, on standard output.
void list(const std::vector<Instance>& instances);

/// What becomes of `command` of postfix(1) for an instance.
enum class Treatment { run, check_only, skip };
Treatment treatment(const Instance& instance, std::string_view command,
                    const config::Config& primary);

/// Runs a command of postfix(1) for each, stop commands from the last to the first. The exit
/// status: 0 when all succeeded, else 1.
int run_postfix(std::vector<Instance> instances, const Options& options,
                const config::Config& primary, const Log& log);
/// Runs any command for each, with its directories in the environment. The exit status as above.
int run_command(const std::vector<Instance>& instances, const Options& options, const Log& log);

}  // namespace postern::postmulti
