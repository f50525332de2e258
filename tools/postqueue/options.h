// What postqueue(1) was asked for.
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>

namespace postern::postqueue {

enum class Action {
    list,           ///< -p
    list_json,      ///< -j
    flush_all,      ///< -f
    flush_message,  ///< -i
    flush_site,     ///< -s
};

struct Options {
    Action action = Action::list;
    std::string subject;  ///< the queue id or the site
    int verbosity = 0;
    std::optional<std::string> config_directory;
};

/// Error: how postqueue is to be called.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postqueue
