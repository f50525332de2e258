// The command line of qshape(1).
#pragma once

#include "lib/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::qshape {

struct Options {
    bool counts_senders = false;                   ///< -s
    bool shows_parents = false;                    ///< -p
    std::size_t least_subdomains = 5;              ///< -m
    std::size_t buckets = 10;                      ///< -b
    std::uint64_t bucket_minutes = 5;              ///< -t
    bool is_linear = false;                        ///< -l
    std::size_t width = 80;                        ///< -w, and never less
    std::size_t batch_messages = 1000;             ///< -N
    std::size_t batch_domains = 20;                ///< -n
    std::optional<std::string> config_directory;   ///< -c
    std::vector<std::string> queues = {"incoming", "active"};
};

/// Error: permanent, the usage.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::qshape
