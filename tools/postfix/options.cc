// The options of postfix(1); see the header.
#include "tools/postfix/options.h"

#include <getopt.h>

namespace postern::postfix {

Result<Options> parse_options(int argc, char** argv) {
    static constexpr option long_options[] = {{"version", no_argument, nullptr, 'V'}, {}};
    Options options;
    for (int letter; (letter = ::getopt_long(argc, argv, "+c:Dv", long_options, nullptr)) != -1;) {
        switch (letter) {
        case 'c': options.config_directory = optarg; break;
        case 'D': options.debug = true; break;
        case 'v': ++options.verbosity; break;
        case 'V': options.asks_version = true; break;
        default: return permanent("usage: postfix [-c config_dir] [-Dv] command");
        }
    }
    if (optind < argc) options.command = argv[optind++];
    options.arguments.assign(argv + optind, argv + argc);
    return options;
}

}  // namespace postern::postfix
