// The command line of postmulti(1).
#pragma once

#include "lib/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::postmulti {

enum class Mode { list, postfix, command, edit };

struct Options {
    Mode mode = Mode::list;                 ///< -l -p -x -e
    std::string action = {};                ///< of -e
    std::optional<std::string> instance = {}; ///< -i: a name, a configuration directory, or "-"
    std::optional<std::string> group = {};  ///< -g
    bool is_all = false;                    ///< -a; of a new instance: before all others
    bool is_reversed = false;               ///< -R
    std::optional<std::string> new_name = {}; ///< -I; "-": none
    std::optional<std::string> new_group = {}; ///< -G; "-": none
    int verbosity = 0;                      ///< -v
    std::vector<std::string> words = {};    ///< the command, or name=value of -e

    bool has_new_names() const { return new_name || new_group; }
};

/// Error: permanent, what is wrong.
Result<Options> parse_options(int argc, char** argv);

}  // namespace postern::postmulti
