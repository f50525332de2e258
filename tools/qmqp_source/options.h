// The command line of qmqp-source(1).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace postern::qmqp_source {

struct Options {
    int family = 0;                      ///< -4 -6: AF_INET, AF_INET6
    bool shows_counter = false;          ///< -c
    std::uint64_t connect_tries = 1;     ///< -C
    std::string sender, recipient;       ///< -f -t; by default foo@ the host
    std::optional<std::size_t> length;   ///< -l
    std::uint64_t messages = 1;          ///< -m
    std::string host;                    ///< -M, or the machine's name
    std::uint64_t recipients = 1;        ///< -r
    seconds random_pause{0};             ///< -R
    std::uint64_t sessions = 1;          ///< -s
    int verbosity = 0;                   ///< -v
    seconds pause{0};                    ///< -w
    std::string place;                   ///< the server
};

/// Error: permanent, what is wrong, with the usage where that helps.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::qmqp_source
