#include "tools/postsuper/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string_view>

namespace postern::postsuper {
namespace {

constexpr const char* usage =
    "usage: {} [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] "
    "[-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] "
    "[-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] "
    "[-S (redundant structure fix)] [-v (verbose)] [queue...]";

/// False for a letter that is no option.
bool set(Options& options, int letter) {
    switch (letter) {
        case 'c':
            options.config_directory = optarg;
            return true;
        case 'p':
            options.purge = true;
            return true;
        case 'S':
            options.check_long_names = options.check_structure = true;
            return true;
        case 's':
            options.check_structure = true;
            return true;
        case 'v':
            ++options.verbosity;
            return true;
        case '?':
            return false;
        default:
            options.requests.push_back({static_cast<Operation>(letter), optarg});
            return true;
    }
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = getopt(argc, argv, "c:d:e:f:h:H:pr:sSv")) != -1;) {
        if (!set(options, letter)) return permanent(fmt::format(fmt::runtime(usage), argv[0]));
    }
    for (const std::string_view name : std::vector<std::string_view>(argv + optind, argv + argc)) {
        const auto queue = queue::queue_named(name);
        if (!queue) return permanent(fmt::format("invalid directory name: {}", name));
        options.queues.push_back(*queue);
    }
    if (options.requests.empty() && !options.purge && !options.check_structure)
        options.purge = options.check_structure = true;
    return options;
}

}  // namespace postern::postsuper
