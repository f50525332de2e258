// The command line of master(8).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <optional>
#include <string>

namespace postern::master {

struct Options {
    std::optional<std::string> config_directory;   ///< -c
    bool debug = false;                ///< -D: a debugger, once everything runs
    bool stays_attached = false;       ///< -d: terminal and standard files stay
    std::optional<seconds> lifetime;   ///< -e
    bool is_init = false;              ///< -i: process 1 of a container
    bool keeps_output = false;         ///< -s, -i: standard output stays, for maillog_file
    bool only_tests = false;           ///< -t: says whether one runs already
    bool waits = false;                ///< -w: the caller's process ends when all is ready
    int verbosity = 0;                 ///< -v
};

/// Error: permanent, what is wrong, with the usage.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::master
