// What postsuper(1) was asked for.
#pragma once

#include "lib/base/result.h"
#include "lib/queue/spool.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::postsuper {

/// The letters of the command line.
enum class Operation : char {
    remove = 'd',
    expire = 'e',
    expire_and_release = 'f',
    hold = 'h',
    release = 'H',
    requeue = 'r',
};

struct Request {
    Operation operation;
    std::string what;  ///< a queue id, "ALL", or "-": ids from standard input
};

struct Options {
    bool purge = false;             ///< -p
    bool check_structure = false;   ///< -s
    bool check_long_names = false;  ///< -S: long names tell the inode, too
    int verbosity = 0;
    std::optional<std::string> config_directory;
    std::vector<Request> requests;     ///< in the order of the command line
    std::vector<queue::Queue> queues;  ///< to which all is limited; empty: those of each operation
};

/// Error: a bad queue name, or how postsuper is to be called. Without requests -p and -s are on.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postsuper
