#include "tools/postqueue/options.h"

#include <unistd.h>

namespace postern::postqueue {
namespace {

constexpr const char* usage =
    "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site";

std::optional<Action> action_of(int letter) {
    switch (letter) {
        case 'f':
            return Action::flush_all;
        case 'i':
            return Action::flush_message;
        case 'j':
            return Action::list_json;
        case 'p':
            return Action::list;
        case 's':
            return Action::flush_site;
        default:
            return {};
    }
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    int actions = 0;
    for (int letter; (letter = getopt(argc, argv, "c:fi:jps:v")) != -1;) {
        if (letter == '?') return permanent(usage);
        if (letter == 'v') ++options.verbosity;
        if (letter == 'c') options.config_directory = optarg;
        const auto action = action_of(letter);
        if (!action) continue;
        ++actions;
        options.action = *action;
        if (letter == 'i' || letter == 's') options.subject = optarg;
    }
    if (actions != 1 || optind < argc) return permanent(usage);
    return options;
}

}  // namespace postern::postqueue
