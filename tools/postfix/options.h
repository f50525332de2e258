// The command line of postfix(1).
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::postfix {

struct Options {
    std::optional<std::string> config_directory;   ///< -c
    bool debug = false;                            ///< -D
    int verbosity = 0;                             ///< -v
    bool asks_version = false;                     ///< --version
    std::string command;                           ///< "start"; "" when there is none
    std::vector<std::string> arguments;            ///< what follows it
};

/// Error: permanent, an unknown option.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postfix
