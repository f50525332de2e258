// Options; see the header.
#include "tools/posttls_finger/options.h"

#include "lib/base/strings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace postern::posttls_finger {

namespace {

constexpr const char* usage =
    "usage: posttls-finger [-acCfRSvwx] [-t conn_tmout] [-T cmd_tmout] [-L logopts] \\\n"
    "\t[-h host_lookup] [-l level] [-d mdalg] [-g grade] [-p protocols] \\\n"
    "\t[-A tafile] [-F CAfile.pem] [-P CApath/] [-s servername] \\\n"
    "\t[ [-H chainfiles] | [-k certfile [-K keyfile]] ] \\\n"
    "\t[-m count] [-r delay] [-M insecure_mx_policy] [-o name=value] destination [match ...]";

Result<void> take_log_word(Options::Logging& logging, std::string_view word) {
    const auto is = [&](std::initializer_list<std::string_view> names) {
        return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return same(word, name); });
    };
    const auto at_least = [&](int level) { logging.level = std::max(logging.level, level); };
    if (is({"0", "none"})) logging = {false, false, false, false, false, 0};
    else if (is({"1", "routine", "summary"})) logging.summary = true;
    else if (is({"2", "debug"})) logging.summary = logging.cache = logging.certificate = true, at_least(2);
    else if (is({"3", "ssl-expert", "ssl-handshake-packet-dump"})) logging.summary = true, at_least(3);
    else if (is({"4", "ssl-developer", "ssl-session-packet-dump"})) logging.summary = true, at_least(4);
    else if (is({"ssl-debug"})) at_least(2);
    else if (is({"peercert"})) logging.certificate = true;
    else if (is({"certmatch"})) logging.match = true;
    else if (is({"cache"})) logging.cache = true;
    else if (is({"verbose"})) logging.certificate = logging.match = logging.cache = true;
    else if (is({"trace"})) logging.traces = true;
    else if (!is({"untrusted"})) return permanent(fmt::format("bad log option: \"{}\"", printable(word)));
    return success();
}

Result<void> take_logging(Options& options, std::string_view text) {
    options.logging = {false, false, false, false, false, 0};
    for (const std::string_view word : split(text))
        if (auto taken = take_log_word(options.logging, word); !taken) return taken;
    return success();
}

Result<int> number_of(char letter, std::string_view text) {
    const auto number = parse_number(text);
    if (!number || *number > 1000000) return permanent(fmt::format("bad -{} value: \"{}\"", letter, printable(text)));
    return static_cast<int>(*number);
}

/// One option with its value. Error: it is wrong.
Result<void> take_option(Options& options, char letter, const std::string& value) {
    std::string* const texts[] = {
        letter == 'a' ? &options.family : nullptr,        letter == 'A' ? &options.trust_anchors : nullptr,
        letter == 'd' ? &options.digest : nullptr,        letter == 'F' ? &options.ca_file : nullptr,
        letter == 'g' ? &options.grade : nullptr,         letter == 'h' ? &options.host_lookup : nullptr,
        letter == 'k' ? &options.certificate_file : nullptr, letter == 'K' ? &options.key_file : nullptr,
        letter == 'M' ? &options.insecure_mx : nullptr,   letter == 'p' ? &options.protocols : nullptr,
        letter == 'P' ? &options.ca_path : nullptr,       letter == 's' ? &options.server_name : nullptr};
    for (std::string* text : texts)
        if (text) *text = value;
    if (letter == 'L') return take_logging(options, value);
    if (letter == 'H')
        for (const std::string_view file : split(value)) options.chain_files.emplace_back(file);
    if (letter == 'l') {
        options.level = tls::level_named(value);
        if (!options.level) return permanent(fmt::format("invalid TLS level \"{}\"", printable(value)));
    }
    if (letter == 'o') {
        const auto pair = cut(value, '=');
        if (!pair) return permanent(fmt::format("-o option: missing '=' after attribute name: \"{}\"", printable(value)));
        options.overrides.push_back({std::string(trim(pair->first)), std::string(trim(pair->second))});
    }
    if (letter != 't' && letter != 'T' && letter != 'r' && letter != 'm') return success();
    const auto number = number_of(letter, value);
    if (!number) return number.error();
    if (letter == 't') options.connect_timeout = seconds(*number);
    if (letter == 'T') options.command_timeout = seconds(*number);
    if (letter == 'r') options.reconnect_delay = seconds(*number);
    if (letter == 'm') options.reconnects = *number;
    return success();
}

void take_switch(Options& options, char letter) {
    if (letter == 'c') options.is_quiet = true;
    if (letter == 'C') options.prints_chain = true;
    if (letter == 'f') options.asks_always = true;
    if (letter == 'R') options.uses_srv = true;
    if (letter == 'S') options.is_lmtp = true;
    if (letter == 'v') ++options.verbosity;
    if (letter == 'w') options.wraps = true;
    if (letter == 'x') options.prefers_bare_key = true;
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int letter; (letter = ::getopt(argc, argv, "a:A:cCd:fF:g:h:H:k:K:l:L:m:M:o:p:P:r:RSs:t:T:vwxX")) != -1;) {
        if (letter == '?') return permanent(usage);
        take_switch(options, static_cast<char>(letter));
        if (!optarg) continue;
        if (auto taken = take_option(options, static_cast<char>(letter), optarg); !taken) return taken.error();
    }
    if (optind >= argc) return permanent(usage);
    options.destination = argv[optind++];
    options.matches.assign(argv + optind, argv + argc);
    if (!options.chain_files.empty() && !(options.certificate_file + options.key_file).empty())
        return permanent("the -H option excludes -k and -K");
    if (options.key_file.empty()) options.key_file = options.certificate_file;
    if (options.certificate_file.empty()) options.certificate_file = options.key_file;
    return options;
}

}  // namespace postern::posttls_finger
