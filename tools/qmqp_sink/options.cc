// The options of qmqp-sink.
#include "tools/qmqp_sink/options.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postern::qmqp_sink {

namespace {

constexpr const char* usage = "usage: qmqp-sink [-cv] [-x time] [host]:port backlog";

Result<void> set(Options& options, int letter, const char* value) {
    switch (letter) {
    case '4': options.family = AF_INET; return success();
    case '6': options.family = AF_INET6; return success();
    case 'c': options.shows_counter = true; return success();
    case 'v': ++options.verbosity; return success();
    case 'x': break;
    default: return permanent(usage);
    }
    const auto time = parse_number(value);
    if (!time || *time == 0) return permanent(usage);
    options.lifetime = seconds(*time);
    return success();
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "46cvx:")) != -1;)
        if (auto done = set(options, letter, optarg); !done) return done.error();
    if (argc - optind != 2) return permanent(usage);
    const auto backlog = parse_number(argv[optind + 1]);
    if (!backlog || *backlog == 0) return permanent(usage);
    options.place = argv[optind];
    options.backlog = static_cast<int>(*backlog);
    return options;
}

}  // namespace postern::qmqp_sink
