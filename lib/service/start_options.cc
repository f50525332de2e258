// The command line of a daemon; see the header.
#include "lib/service/start_options.h"

#include "lib/base/strings.h"

#include <unistd.h>

namespace postern::service {

namespace {

Result<void> take(StartOptions& options, int option, std::string_view value) {
    switch (option) {
        case 'n': options.service_name = value; break;
        case 't': options.service_type = value; break;
        case 's': options.sockets = static_cast<int>(parse_number(value).value_or(0)); break;
        case 'L': options.share = parse_signed(value).value_or(no_limit); break;
        case 'c': options.chroot = true; break;
        case 'u': options.unprivileged = true; break;
        case 'l': options.is_alone = true; break;
        case 'v': ++options.verbosity; break;
        case 'D': options.is_debugged = true; break;
        case 'S': break;
        case 'o': {
            auto override = config::parse_override(value);
            if (!override) return override.error().in("bad option -o");
            options.overrides.push_back(std::move(*override));
            break;
        }
        default: return permanent("unknown option; a daemon is started by master(8)");
    }
    return success();
}

}  // namespace

Result<StartOptions> parse_start_options(int argc, char** argv) {
    StartOptions options;
    ::opterr = 0;   // we say it ourselves
    for (int option; (option = ::getopt(argc, argv, "+n:t:s:L:o:culvDS")) != -1;)
        if (auto taken = take(options, option, ::optarg ? ::optarg : ""); !taken)
            return taken.error();
    options.arguments.assign(argv + ::optind, argv + argc);
    return options;
}

}  // namespace postern::service
