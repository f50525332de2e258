// The options of qshape.
#include "tools/qshape/options.h"

#include "lib/base/strings.h"

#include <unistd.h>

#include <algorithm>

namespace postern::qshape {

namespace {

constexpr const char* usage =
    "usage: qshape [-s] [-p] [-m <min_subdomains>] [-l]\n"
    "              [-b <bucket_count>] [-t <bucket_time>]\n"
    "              [-w <terminal_width>]\n"
    "              [-N <batch_msg_count>] [-n <batch_top_domains>]\n"
    "              [-c <config_directory>] [<queue_name> ...]";

bool set_number(Options& options, int letter, std::string_view value) {
    const auto number = parse_number(value);
    if (!number || *number == 0) return false;
    switch (letter) {
    case 'b': options.buckets = *number; break;
    case 'm': options.least_subdomains = *number; break;
    case 'n': options.batch_domains = *number; break;
    case 'N': options.batch_messages = *number; break;
    case 't': options.bucket_minutes = *number; break;
    default: options.width = std::max<std::size_t>(options.width, *number); break;   // 'w'
    }
    return true;
}

bool set(Options& options, int letter, const char* value) {
    switch (letter) {
    case 's': return options.counts_senders = true;
    case 'p': return options.shows_parents = true;
    case 'l': return options.is_linear = true;
    case 'c': return options.config_directory = value, true;
    case 'h':
    case '?': return false;
    default: return set_number(options, letter, value);
    }
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "b:c:hlm:n:N:pst:w:")) != -1;)
        if (!set(options, letter, optarg)) return permanent(usage);
    if (optind < argc) options.queues.assign(argv + optind, argv + argc);
    return options;
}

}  // namespace postern::qshape
