#include "tools/postcat/options.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::postcat {
namespace {

constexpr const char* usage =
    "usage: {} [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e (envelope records)] "
    "[-h (header text)] [-o (record offset)] [-q (access queue)] [-r (file order)] [-s offset] "
    "[-v] [file(s)...]";

/// False for a letter that is no option.
bool set(Options& options, int letter) {
    switch (letter) {
        case 'b':
            options.body = true;
            return true;
        case 'd':
            options.record_type = true;
            return true;
        case 'e':
            options.envelope = true;
            return true;
        case 'h':
            options.header = true;
            return true;
        case 'o':
            options.record_offset = true;
            return true;
        case 'q':
            options.in_queue = true;
            return true;
        case 'r':
            options.raw = true;
            return true;
        case 'v':
            ++options.verbosity;
            return true;
        case 'c':
            options.config_directory = optarg;
            return true;
        default:
            return false;
    }
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = getopt(argc, argv, "bc:dehoqrs:v")) != -1;) {
        if (letter == 's') {
            const auto start = parse_number(optarg);
            if (!start || *start > std::uint64_t{INT64_MAX})
                return permanent(fmt::format("bad offset: {}", optarg));
            options.start = static_cast<off_t>(*start);
        } else if (!set(options, letter)) {
            return permanent(fmt::format(fmt::runtime(usage), argv[0]));
        }
    }
    if (!options.body && !options.envelope && !options.header)
        options.body = options.envelope = options.header = true;
    options.names.assign(argv + optind, argv + argc);
    return options;
}

}  // namespace postern::postcat
