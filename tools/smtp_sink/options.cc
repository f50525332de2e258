// The options of smtp-sink.
#include "tools/smtp_sink/options.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postern::smtp_sink {

namespace {

constexpr const char* usage =
    "usage: smtp-sink [-468acCeEFLNpPv] [-A abort_delay] [-b soft_bounce_reply] "
    "[-B hard_bounce_reply] [-d dump-template] [-D dump-template] [-f commands] [-h hostname] "
    "[-H delay] [-m max_concurrency] [-M message_quit_count] [-n quit_count] [-q commands] "
    "[-Q commands] [-r commands] [-R root-dir] [-s commands] [-S start-string] [-t timeout] "
    "[-T window] [-u user] [-w delay] [-W command:delay[:odds]] [host]:port backlog";

/// The options without an argument; false: it is none of them.
bool set_flag(Options& options, int letter) {
    switch (letter) {
    case '4': options.family = AF_INET; return true;
    case '6': options.family = AF_INET6; return true;
    case '8': options.extensions.eight_bit_mime = false; return true;
    case 'a': options.extensions.auth = false; return true;
    case 'c': options.shows_counters = true; return true;
    case 'C': options.extensions.xclient = false; return true;
    case 'e': options.is_esmtp = false; return true;
    case 'E': options.extensions.enhanced_status_codes = false; return true;
    case 'F': options.extensions.xforward = false; return true;
    case 'L': options.is_lmtp = true; return true;
    case 'N': options.extensions.dsn = false; return true;
    case 'p': options.extensions.pipelining = false; return true;
    case 'P': options.is_pix = true; options.is_esmtp = false; return true;
    case 'v': ++options.verbosity; return true;
    default: return false;
    }
}

bool set_text(Options& options, int letter, const char* value) {
    switch (letter) {
    case 'b': options.soft_reply = value; return true;
    case 'B': options.hard_reply = value; return true;
    case 'd': options.dump.is_one_file_each = true; options.dump.template_text = value; return true;
    case 'D': options.dump.is_one_file_each = false; options.dump.template_text = value; return true;
    case 'h': options.host = value; return true;
    case 'R': options.root_directory = value; return true;
    case 'S': options.dump.start = unescaped(value); return true;
    case 'u': options.user = value; return true;
    default: return false;
    }
}

/// The options with a list of commands; nothing: it is none of them.
std::optional<Result<void>> set_behaviour(Options& options, int letter, std::string_view value) {
    const auto answer = [&](Behaviour::Answer wanted) {
        return options.behaviours.change(value, [wanted](Behaviour& one) { one.answer = wanted; });
    };
    switch (letter) {
    case 'f': options.extensions.pipelining = false; return answer(Behaviour::Answer::hard_reject);
    case 'r': options.extensions.pipelining = false; return answer(Behaviour::Answer::soft_reject);
    case 'q': return answer(Behaviour::Answer::hang_up);
    case 'Q': return answer(Behaviour::Answer::close);
    case 's': return options.behaviours.change(value, [](Behaviour& one) { one.is_logged = true; });
    case 'w': return options.behaviours.add_delay(fmt::format("data:{}", value));
    case 'W': return options.behaviours.add_delay(value);
    default: return std::nullopt;
    }
}

Result<void> set_number(Options& options, int letter, std::string_view value) {
    const auto number = parse_number(value);
    if (!number) return permanent(fmt::format("-{} {}: not a number", static_cast<char>(letter), value));
    switch (letter) {
    case 'A': options.abort_after = seconds(*number); break;
    case 'H': options.data_read_delay = seconds(*number); break;
    case 'm': options.most_sessions = *number; break;
    case 'M': options.messages_to_take = *number; break;
    case 'n': options.sessions_to_take = *number; break;
    case 't': options.timeout = seconds(*number); break;
    default: options.window = static_cast<int>(*number); break;   // 'T'
    }
    if (letter == 'm' && *number == 0) return permanent("-m 0: nobody could connect");
    if (letter == 'T' && (*number == 0 || *number > 65535))
        return permanent(fmt::format("-T {}: not from 1 to 65535", value));
    return success();
}

Result<void> set(Options& options, int letter, const char* value) {
    if (letter == '?') return permanent(usage);
    if (set_flag(options, letter) || set_text(options, letter, value)) return success();
    if (const auto behaviour = set_behaviour(options, letter, value ? value : "")) return *behaviour;
    return set_number(options, letter, value);
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    constexpr const char* letters = "468aA:b:B:cCd:D:eEf:Fh:H:Lm:M:n:NpPq:Q:r:R:s:S:t:T:u:vw:W:";
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, letters)) != -1;)
        if (auto done = set(options, letter, optarg); !done) return done.error();
    const auto backlog = argc - optind == 2 ? parse_number(argv[optind + 1]) : std::nullopt;
    if (!backlog) return permanent(usage);
    options.place = argv[optind];
    options.backlog = static_cast<int>(*backlog);
    if (::geteuid() == 0 && options.user.empty())
        return permanent("-u option is required if running as root");
    return options;
}

}  // namespace postern::smtp_sink
