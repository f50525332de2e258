// The command line; see the header.
#include "tools/sendmail/options.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

namespace postern::sendmail {
namespace {

Result<void> set_mode(Options& options, std::string_view value) {
    struct Named {
        char letter;
        Mode mode;
    };
    static constexpr std::array<Named, 10> modes = {{{'m', Mode::submit},
                                                    {'v', Mode::verify},
                                                    {'s', Mode::smtp},
                                                    {'p', Mode::list_queue},
                                                    {'i', Mode::make_aliases},
                                                    {'d', Mode::start},
                                                    {'l', Mode::start},
                                                    {'a', Mode::submit},
                                                    {'h', Mode::none},
                                                    {'H', Mode::none}}};
    for (const Named& known : modes)
        if (value.size() == 1 && value[0] == known.letter) {
            options.mode = known.mode;
            return success();
        }
    return permanent(fmt::format("unsupported: -b{}", value));
}

Result<void> set_queue_run(Options& options, std::string_view value) {
    // An interval is that of a daemon, where it is queue_run_delay's business.
    const bool is_interval = !value.empty() && is_digit(value[0]);
    if (options.mode == Mode::start) {
        if (!is_interval) options.warnings.push_back("ignoring -q option in daemon mode");
        return success();
    }
    options.has_interval = is_interval;
    if (value.empty()) options.mode = Mode::flush_queue;
    if (value.empty() || is_interval) return success();
    if (value[0] != 'I' && value[0] != 'R')
        return permanent(fmt::format("-q{} is not implemented", value[0]));
    options.mode = value[0] == 'I' ? Mode::flush_message : Mode::flush_site;
    options.subject = value.substr(1);
    if (options.subject.empty())
        return permanent(value[0] == 'I' ? "specify: -qIqueueid" : "specify: -qRsitename");
    return success();
}

/// -oX and -oXvalue.
void set_old(Options& options, std::string_view value) {
    if (value.starts_with('A')) options.alias_database = value.substr(1);
    if (value == "i") options.ends_at_dot = false;
}

Result<void> set_encoding(Options& options, std::string_view value) {
    if (value != "7BIT" && value != "8BITMIME")
        return permanent("-B option needs 8BITMIME or 7BIT");
    options.encoding = value == "7BIT" ? "7bit" : "8bit";
    return success();
}

/// -V: an envelope id; or VERP, with two delimiters or those of main.cf, as it was before -XV.
void set_envelope_id(Options& options, std::string_view value) {
    const bool is_verp = value.empty() || (value.size() == 2 && !is_ascii_alnum(value[0]) &&
                                           !is_ascii_alnum(value[1]));
    if (!is_verp) {
        options.envelope_id = value;
        return;
    }
    options.verp_delimiters = value;
    options.warnings.push_back(fmt::format(
        "option -V{0} is deprecated with Postfix 2.3; specify -XV{0} instead", value));
}

void set_notify(Options& options, std::string_view value) {
    auto notify = mail::Notify::parse(value);
    if (notify)
        options.notify = *notify;
    else
        options.warnings.push_back("bad -N option value -- ignored: " + notify.error().text);
}

void set_return(Options& options, std::string_view value) {
    if (const auto ret = mail::parse_ret(value))
        options.return_content = *ret;
    else
        options.warnings.push_back("bad -R option value -- ignored");
}

/// A file main.cf stands for its folder.
std::string directory_of(std::string_view path) {
    constexpr std::string_view file = "/main.cf";
    return std::string(path.ends_with(file) ? path.substr(0, path.size() - file.size()) : path);
}

Result<void> set(Options& options, int option, std::string_view value) {
    switch (option) {
        case 'b': return set_mode(options, value);
        case 'q': return set_queue_run(options, value);
        case 'B': return set_encoding(options, value);
        case 'C': options.config_directory = directory_of(value); break;
        case 'F': options.full_name = value; break;
        case 'f': case 'r': options.sender = value; break;
        case 'G': options.is_gateway = true; break;
        case 'I': options.mode = Mode::make_aliases; break;
        case 'i': options.ends_at_dot = false; break;
        case 'N': set_notify(options, value); break;
        case 'o': set_old(options, value); break;
        case 'R': set_return(options, value); break;
        case 't': options.takes_recipients_from_header = true; break;
        case 'V': set_envelope_id(options, value); break;
        case 'v': ++options.verbosity; break;
        case 'X':
            if (value.starts_with('V')) options.verp_delimiters = value.substr(1);
            break;
        case '?': return permanent("usage: sendmail [options] [recipients]; see sendmail(1)");
        default: break;   // accepted for the sake of old scripts: A c d e h L m n O p U x
    }
    return success();
}

/// How a mode without recipients is called where it is given some; "": it has recipients, or does
/// not mind.
std::string_view name_without_recipients(Mode mode) {
    switch (mode) {
        case Mode::smtp: return "stand-alone mode";
        case Mode::list_queue: return "display queue mode";
        case Mode::make_aliases: return "alias initialization mode";
        case Mode::start: return "daemon mode";
        case Mode::flush_queue:
        case Mode::flush_message:
        case Mode::flush_site: return "flush queue mode";
        default: return {};
    }
}

Result<void> check(const Options& options) {
    const bool is_delivery = options.mode == Mode::submit || options.mode == Mode::verify ||
                             options.mode == Mode::smtp;
    const auto name = name_without_recipients(options.mode);
    if (options.takes_recipients_from_header && !is_delivery)
        return permanent("-t can be used only in delivery mode");
    if (!name.empty() && !options.arguments.empty())
        return permanent(fmt::format("{} requires no recipient", name));
    return success();
}

}  // namespace

Result<Options> parse_options(std::string_view called, int argc, char** argv) {
    Options options;
    const std::string_view name = called.substr(called.find_last_of('/') + 1);
    if (name == "mailq") options.mode = Mode::list_queue;
    if (name == "newaliases") options.mode = Mode::make_aliases;
    ::opterr = 1;
    for (int option;
         (option = ::getopt(argc, argv, "+A:B:C:F:GIL:N:O:R:UV:X:b:cd:e:f:h:imno:p:r:q::tvx")) != -1;) {
        std::string_view value = ::optarg ? ::optarg : "";
        if (option == 'V' && value.starts_with('-') && ::optarg == argv[::optind - 1]) {
            --::optind;   // -V by itself, and the next option
            value = {};
        }
        if (auto done = set(options, option, value); !done) return done.error();
    }
    options.arguments.assign(argv + ::optind, argv + argc);
    if (auto good = check(options); !good) return good.error();
    const bool has_mail = options.takes_recipients_from_header || !options.arguments.empty();
    if (options.mode == Mode::submit && options.has_interval && !has_mail) options.mode = Mode::none;
    return options;
}

}  // namespace postern::sendmail
