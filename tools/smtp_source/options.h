// The command line of smtp-source(1).
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace postern::smtp_source {

struct Options {
    int family = 0;                      ///< -4 -6: AF_INET, AF_INET6
    bool goes_on_after_refusal = false;  ///< -A
    bool shows_counter = false;          ///< -c
    std::uint64_t connect_tries = 1;     ///< -C
    bool keeps_connection = false;       ///< -d
    std::string sender, recipient;       ///< -f -t; by default foo@ the host
    std::string file;                    ///< -F
    std::optional<std::size_t> length;   ///< -l
    bool is_lmtp = false;                ///< -L
    std::uint64_t messages = 1;          ///< -m
    std::string host;                    ///< -M, or the machine's name
    bool numbers_recipients = false;     ///< -N
    bool is_old = false;                 ///< -o
    std::uint64_t recipients = 1;        ///< -r
    seconds random_pause{0};             ///< -R
    std::uint64_t sessions = 1;          ///< -s
    std::string subject;                 ///< -S
    int window = 0;                      ///< -T
    int verbosity = 0;                   ///< -v
    seconds pause{0};                    ///< -w
    std::string place;                   ///< the server
};

/// Error: permanent, what is wrong, with the usage where that helps.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::smtp_source
