// postlog: a command that writes log lines, for scripts (postlog(1)).
#include "lib/base/log_sink.h"
#include "lib/config/directory.h"
#include "lib/service/command.h"

#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <thread>

namespace postern::postlog {

namespace {

/// What others expect of a program that says "fatal": that it does not come back at once.
constexpr seconds pause_after_fatal{1};
constexpr std::size_t line_limit = 4096;   // the log cuts at less

struct Options {
    std::optional<std::string> directory, tag;
    Severity severity = Severity::info;
    int verbosity = 0;
    std::optional<std::string> text;
};

Severity severity_of(const Log& log, std::string_view name) {
    const auto severity = parse_severity(name);
    if (!severity) log.fatal("unknown priority \"{}\": give info, warn, error, fatal or panic", name);
    return *severity;
}

std::optional<std::string> joined(int count, char** words) {
    if (count == 0) return std::nullopt;
    std::string text = words[0];
    for (int i = 1; i < count; ++i) text.append(" ").append(words[i]);
    return text;
}

Options parse(const Log& log, int argc, char** argv) {
    Options options;
    for (int option; (option = ::getopt(argc, argv, "c:ip:t:v")) != -1;) {
        switch (option) {
        case 'c': options.directory = ::optarg; break;
        case 'i': break;   // the process id is always there
        case 'p': options.severity = severity_of(log, ::optarg); break;
        case 't': options.tag = ::optarg; break;
        case 'v': ++options.verbosity; break;
        default:
            log.fatal("usage: postlog [-iv] [-c config_dir] [-p priority] [-t tag] [text...]");
        }
    }
    options.text = joined(argc - ::optind, argv + ::optind);
    return options;
}

/// The next line of standard input, without its end; nothing at the end of input.
std::optional<std::string> next_line() {
    std::string line;
    int c;
    while ((c = ::getc_unlocked(stdin)) != EOF && c != '\n')
        if (line.size() < line_limit) line += static_cast<char>(c);
    if (c == EOF && line.empty()) return std::nullopt;
    return line;
}

/// To the log, and to people where there are some.
void open(service::Command& command, const Options& options) {
    const auto allowed = config::check_directory(config::choose_directory(options.directory));
    if (!allowed) command.log().fatal("{}", allowed.error().text);
    const config::Config config = command.load(options.directory);
    command.book().remove_sinks();
    command.open_log(config, LogRole::administration);
    if (options.tag) command.book().set_tag(*options.tag);
    if (::isatty(STDERR_FILENO))
        command.book().add(std::make_unique<StandardErrorSink>(command.book().tag()));
}

void write(const Log& log, const Options& options) {
    if (options.text) return log.line(options.severity, *options.text);
    while (const auto line = next_line()) log.line(options.severity, *line);
}

}  // namespace

}  // namespace postern::postlog

int main(int argc, char** argv) {
    using namespace postern;
    service::Command command("postlog", "postlog");
    const postlog::Options options = postlog::parse(command.log(), argc, argv);
    command.set_verbosity(options.verbosity);
    postlog::open(command, options);
    postlog::write(command.log(), options);
    if (options.severity >= Severity::fatal)
        std::this_thread::sleep_for(postlog::pause_after_fatal);
    return 0;
}
