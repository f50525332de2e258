// The options of master(8); see the header.
#include "master/options.h"

#include "lib/base/strings.h"

#include <unistd.h>

namespace postern::master {

namespace {

Error usage(std::string_view problem) {
    return permanent(std::string(problem) +
                     "; usage: master [-Ddistvw] [-c config_dir] [-e exit_time]");
}

Result<void> check(const Options& options, int unused) {
    if (unused > 0) return usage("too many arguments");
    if (options.is_init && ::getpid() != 1) return usage("-i is for process 1 only");
    if (options.only_tests && options.waits) return usage("-t and -w exclude each other");
    return success();
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int option; (option = ::getopt(argc, argv, "+c:Dde:istvw")) != -1;) {
        switch (option) {
        case 'c': options.config_directory = optarg; break;
        case 'D': options.debug = true; break;
        case 'd': options.stays_attached = true; break;
        case 'e':
            if (const auto time = parse_number(optarg))
                options.lifetime = seconds(*time);
            else
                return usage(std::string("-e: not a number of seconds: ") + optarg);
            break;
        case 'i': options.is_init = options.keeps_output = true; break;
        case 's': options.keeps_output = true; break;
        case 't': options.only_tests = true; break;
        case 'v': ++options.verbosity; break;
        case 'w': options.waits = true; break;
        default: return usage("unknown option");
        }
    }
    if (auto checked = check(options, argc - optind); !checked) return checked.error();
    return options;
}

}  // namespace postern::master
