// The options of qmqp-source.
#include "tools/qmqp_source/options.h"

#include "lib/base/strings.h"
#include "lib/config/installation.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postern::qmqp_source {

namespace {

constexpr const char* usage =
    "usage: qmqp-source -cv -s sess -l msglen -m msgs -C count -M myhostname -f from -t to -r rcptcount "
    "-R delay -w delay host[:port]";

bool set_flag_or_text(Options& options, int letter, const char* value) {
    switch (letter) {
    case '4': options.family = AF_INET; return true;
    case '6': options.family = AF_INET6; return true;
    case 'c': options.shows_counter = true; return true;
    case 'f': options.sender = value; return true;
    case 'M': options.host = value; return true;
    case 't': options.recipient = value; return true;
    case 'v': ++options.verbosity; return true;
    default: return false;
    }
}

Result<void> set_number(Options& options, int letter, std::string_view value) {
    const auto number = parse_number(value);
    const bool may_be_zero = letter == 'l' || letter == 'R' || letter == 'w';
    if (!number || (*number == 0 && !may_be_zero))
        return permanent(fmt::format("bad number for -{}: {}", static_cast<char>(letter), value));
    switch (letter) {
    case 'C': options.connect_tries = *number; break;
    case 'l': options.length = *number; break;
    case 'm': options.messages = *number; break;
    case 'r': options.recipients = *number; break;
    case 'R': options.random_pause = seconds(*number); break;
    case 's': options.sessions = *number; break;
    default: options.pause = seconds(*number); break;   // 'w'
    }
    return success();
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "46cC:f:l:m:M:r:R:s:t:vw:")) != -1;) {
        if (letter == '?') return permanent(usage);
        if (set_flag_or_text(options, letter, optarg)) continue;
        if (auto done = set_number(options, letter, optarg); !done) return done.error();
    }
    if (argc - optind != 1) return permanent(usage);
    if (options.random_pause > seconds(0) && options.pause > seconds(0))
        return permanent("do not use -w and -R options at the same time");
    options.place = argv[optind];
    if (options.host.empty()) options.host = config::host_name();
    if (options.sender.empty()) options.sender = "foo@" + options.host;
    if (options.recipient.empty()) options.recipient = "foo@" + options.host;
    return options;
}

}  // namespace postern::qmqp_source
