// The command line of smtp-sink(1).
#pragma once

#include "tools/smtp_sink/behaviour.h"
#include "tools/smtp_sink/dump.h"

#include <cstdint>
#include <optional>
#include <string>

namespace postern::smtp_sink {

/// What EHLO announces (-8 -a -C -E -F -N -p take away).
struct Extensions {
    bool pipelining = true;
    bool eight_bit_mime = true;
    bool auth = true;
    bool xclient = true;
    bool xforward = true;
    bool enhanced_status_codes = true;
    bool dsn = true;
};

struct Options {
    int family = 0;                           ///< -4 -6: AF_INET, AF_INET6
    Extensions extensions;
    bool is_esmtp = true;                     ///< -e
    bool is_pix = false;                      ///< -P
    bool is_lmtp = false;                     ///< -L
    Behaviours behaviours;                    ///< -f -r -q -Q -s -w -W
    std::string soft_reply = "450 4.3.0 Error: command failed";   ///< -b
    std::string hard_reply = "500 5.3.0 Error: command failed";   ///< -B
    std::optional<seconds> abort_after;       ///< -A
    seconds data_read_delay{0};               ///< -H
    bool shows_counters = false;              ///< -c
    int verbosity = 0;                        ///< -v
    DumpPlace dump;                           ///< -d -D -S
    std::string host = "smtp-sink";           ///< -h
    std::size_t most_sessions = 256;          ///< -m
    std::uint64_t messages_to_take = 0;       ///< -M; 0: no end
    std::uint64_t sessions_to_take = 0;       ///< -n
    std::string root_directory;               ///< -R
    std::string user;                         ///< -u
    seconds timeout{100};                     ///< -t
    int window = 0;                           ///< -T
    std::string place;                        ///< where to listen
    int backlog = 0;
};

/// Error: permanent, what is wrong, with the usage where that helps.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::smtp_sink
