// The options of smtp-source.
#include "tools/smtp_source/options.h"

#include "lib/base/strings.h"
#include "lib/config/installation.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postern::smtp_source {

namespace {

constexpr const char* usage =
    "usage: smtp-source [-46AcdLNov] [-C count] [-f from] [-F file] [-l length] [-m messages] "
    "[-M myhostname] [-r recipients] [-R interval] [-s sessions] [-S subject] [-t to] "
    "[-T windowsize] [-w interval] host[:port]";

/// The options without an argument; false: it is none of them.
bool set_flag(Options& options, int letter) {
    switch (letter) {
    case '4': options.family = AF_INET; return true;
    case '6': options.family = AF_INET6; return true;
    case 'A': options.goes_on_after_refusal = true; return true;
    case 'c': options.shows_counter = true; return true;
    case 'd': options.keeps_connection = true; return true;
    case 'L': options.is_lmtp = true; return true;
    case 'N': options.numbers_recipients = true; return true;
    case 'o': options.is_old = true; return true;
    case 'v': ++options.verbosity; return true;
    default: return false;
    }
}

bool set_text(Options& options, int letter, const char* value) {
    switch (letter) {
    case 'f': options.sender = value; return true;
    case 'F': options.file = value; return true;
    case 'M': options.host = value; return true;
    case 'S': options.subject = value; return true;
    case 't': options.recipient = value; return true;
    default: return false;
    }
}

Result<void> set_number(Options& options, int letter, std::string_view value) {
    const auto number = parse_number(value);
    if (!number) return permanent(fmt::format("-{} {}: not a number", static_cast<char>(letter), value));
    switch (letter) {
    case 'C': options.connect_tries = *number; break;
    case 'l': options.length = *number; break;
    case 'm': options.messages = *number; break;
    case 'r': options.recipients = *number; break;
    case 'R': options.random_pause = seconds(*number); break;
    case 's': options.sessions = *number; break;
    case 'T': options.window = static_cast<int>(*number); break;
    default: options.pause = seconds(*number); break;   // 'w'
    }
    const bool may_be_zero = letter == 'l' || letter == 'R' || letter == 'w';
    if (*number == 0 && !may_be_zero)
        return permanent(fmt::format("-{} 0: not a number above 0", static_cast<char>(letter)));
    if (letter == 'T' && *number > 65535)
        return permanent(fmt::format("-T {}: not from 1 to 65535", value));
    return success();
}

Result<void> set(Options& options, int letter, const char* value) {
    if (letter == '?') return permanent(usage);
    if (set_flag(options, letter) || set_text(options, letter, value)) return success();
    return set_number(options, letter, value);
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    constexpr const char* letters = "46AcC:df:F:l:Lm:M:Nor:R:s:S:t:T:vw:";
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, letters)) != -1;)
        if (auto done = set(options, letter, optarg); !done) return done.error();
    if (argc - optind != 1) return permanent(usage);
    if (options.random_pause > seconds(0) && options.pause > seconds(0))
        return permanent("do not use -w and -R together");
    if (!options.file.empty() && (options.length || !options.subject.empty()))
        return permanent("-F has the whole message: do not use it with -l or -S");
    options.place = argv[optind];
    if (options.host.empty()) options.host = config::host_name();
    if (options.sender.empty()) options.sender = "foo@" + options.host;
    if (options.recipient.empty()) options.recipient = "foo@" + options.host;
    return options;
}

}  // namespace postern::smtp_source
