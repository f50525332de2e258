// The command line of qmqp-sink(1).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <string>

namespace postern::qmqp_sink {

struct Options {
    int family = 0;              ///< -4 -6: AF_INET, AF_INET6
    bool shows_counter = false;  ///< -c
    int verbosity = 0;           ///< -v
    seconds lifetime{0};         ///< -x; 0: for ever
    std::string place;           ///< where it listens
    int backlog = 0;
};

/// Error: permanent, what is wrong, with the usage where that helps.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::qmqp_sink
