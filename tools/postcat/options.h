// What postcat(1) was asked for.
#pragma once

#include "lib/base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace postern::postcat {

struct Options {
    bool body = false;           ///< -b
    bool envelope = false;       ///< -e
    bool header = false;         ///< -h
    bool record_type = false;    ///< -d: the decimal type before each record
    bool record_offset = false;  ///< -o: its offset
    bool raw = false;            ///< -r: file order; pointers are records like others
    bool in_queue = false;       ///< -q: names are queue ids
    off_t start = 0;             ///< -s
    int verbosity = 0;           ///< -v: names of records that are shown plain otherwise
    std::optional<std::string> config_directory{};   ///< -c
    std::vector<std::string> names{};
};

/// Error: a bad argument, or how postcat is to be called.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postcat
