// sendmail, mailq, newaliases: the old interface to a mail system (sendmail(1)). It has no rights
// of its own; what needs some is done by postdrop, postqueue, postalias and smtpd.
#include "lib/base/strings.h"
#include "lib/config/directory.h"
#include "lib/mail/address_header.h"
#include "lib/mail/made_headers.h"
#include "lib/service/command.h"
#include "lib/service/postdrop.h"
#include "tools/sendmail/message.h"
#include "tools/sendmail/options.h"

#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace postern::sendmail {
namespace {

/// Becomes another program; comes back only where that fails.
void run(const Log& log, const std::string& path, std::vector<std::string> arguments) {
    std::string name = path.substr(path.find_last_of('/') + 1);
    std::vector<char*> pointers = {name.data()};
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(path.c_str(), pointers.data());
    log.fatal("{}", system_error("execute " + path).text);
}

const passwd& user(const Log& log) {
    const passwd* entry = ::getpwuid(::getuid());
    if (!entry) log.fatal("unable to find your login name (user id {})", ::getuid());
    return *entry;
}

Submitter submitter(const Options& options, const passwd& login, const Log& log) {
    Submitter who;
    who.sender = login.pw_name;
    if (options.sender) {
        const mail::AddressHeader address(*options.sender);
        if (address.size() > 1)
            log.warning("-f option specified malformed sender: {}", *options.sender);
        who.sender = address.size() > 0 ? address.address(0) : "";
    }
    const char* name = std::getenv("NAME");
    who.full_name = options.full_name ? *options.full_name
                    : name            ? name
                                      : mail::full_name_of(login.pw_gecos, login.pw_name);
    for (char& c : who.full_name)
        if (is_control(c)) c = '?';   // it becomes part of a header field
    return who;
}

LineEndings line_endings(const config::Config& config, const Log& log) {
    const std::string value = config.text("sendmail_fix_line_endings");
    if (same(value, "always")) return LineEndings::always;
    if (same(value, "strict")) return LineEndings::strict;
    if (same(value, "never")) return LineEndings::never;
    log.fatal("{}", config.error_in("sendmail_fix_line_endings", "must be always, strict or never").text);
}

ContentRecords::Settings content_settings(const config::Config& config, const Options& options,
                                          const Log& log) {
    ContentRecords::Settings settings;
    settings.line_endings = line_endings(config, log);
    settings.line_length_limit = static_cast<std::size_t>(config.number("line_length_limit"));
    settings.header_size_limit = static_cast<std::size_t>(config.number("header_size_limit"));
    settings.token_limit = static_cast<std::size_t>(config.number("header_address_token_limit"));
    settings.ends_at_dot = options.ends_at_dot;
    settings.reads_recipients = options.takes_recipients_from_header;
    return settings;
}

/// VERP needs a sender to vary, and delimiters that an address can bear.
void check_verp(Options& options, const config::Config& config, const Submitter& who, const Log& log) {
    if (!options.verp_delimiters) return;
    std::string& delimiters = *options.verp_delimiters;
    if (delimiters.empty()) delimiters = config.text("default_verp_delimiters");
    const std::string allowed = config.text("verp_delimiter_filter");
    if (delimiters.size() != 2 || delimiters.find_first_not_of(allowed) != delimiters.npos)
        log.fatal("-V requires two characters from {}", allowed);
    if (who.sender.empty())
        log.fatal("{}({}): -V option requires non-null sender address", who.sender, ::getuid());
}

std::optional<std::string> next_line() {
    std::string line;
    int c;
    while ((c = ::getc_unlocked(stdin)) != EOF && c != '\n') line += static_cast<char>(c);
    if (c == EOF && line.empty()) return std::nullopt;
    return line;
}

/// The message that -bv sends to nobody.
std::string probe_records(const Submitter& who, const std::vector<std::string>& recipients) {
    std::string records;
    const auto line = [&](std::string_view text) { append_record(records, queue::RecordType::line, text); };
    line("From: " + (who.sender.empty() ? "MAILER-DAEMON" : who.sender));
    line("Subject: probe");
    line("To:");
    for (const std::string& recipient : recipients)
        line("\t" + recipient + (&recipient == &recipients.back() ? "" : ","));
    return records;
}

void copy_input(service::Postdrop& postdrop, ContentRecords& content, std::uint64_t limit, const Log& log) {
    std::string records;
    std::uint64_t size = 0;
    while (auto line = next_line()) {
        size += line->size() + 1;
        if (limit > 0 && size > limit) log.fatal("message file too big");
        if (!content.add_line(*line, records)) break;
        if (records.size() >= 16384) postdrop.send(std::exchange(records, {}));
    }
    if (std::ferror(stdin)) log.fatal("{}", system_error("read standard input").text);
    postdrop.send(records);
}

std::string end_records(const std::vector<std::string>& recipients, const Options& options) {
    std::string records;
    queue::append_record(records, queue::RecordType::extracted, {});
    for (const std::string& recipient : recipients) {
        if (options.notify.bits != 0)
            queue::append_attribute(records, "notify_flags", std::to_string(options.notify.bits));
        queue::append_record(records, queue::RecordType::recipient, recipient);
    }
    queue::append_record(records, queue::RecordType::end, {});
    return records;
}

void submit(Options options, const config::Config& config, const Log& log) {
    const passwd& login = user(log);
    const Submitter who = submitter(options, login, log);
    const std::string name = fmt::format("{}({})", who.sender, ::getuid());
    check_verp(options, config, who, log);
    const auto recipients = command_line_recipients(options.arguments);
    if (recipients.empty() && !options.takes_recipients_from_header)
        log.fatal("{}: Recipient addresses must be specified on the command line or via the -t option", name);

    auto postdrop = service::Postdrop::start(config.text("command_directory") + "/postdrop");
    if (!postdrop) log.fatal("{}: {}", name, postdrop.error().text);
    postdrop->send(envelope_records(options, who, recipients));
    ContentRecords content(content_settings(config, options, log));
    if (options.mode == Mode::verify)
        postdrop->send(probe_records(who, recipients));
    else
        copy_input(*postdrop, content, config.bytes("message_size_limit"), log);
    const auto found = content.recipients();
    if (recipients.empty() && found.empty())
        log.fatal("{}: No recipient addresses found in message header", name);
    postdrop->send(end_records(found, options));
    if (auto done = postdrop->finish(); !done) log.fatal("{}: {}", name, done.error().text);
    if (options.mode == Mode::verify || options.verbosity == 1)
        fmt::print("Mail Delivery Status Report will be mailed to <{}>.\n", who.sender);
}

void make_aliases(const Options& options, const config::Config& config, const Log& log) {
    auto databases = options.alias_database.empty() ? config.list("alias_database")
                                                    : std::vector{options.alias_database};
    if (databases.empty()) return;   // a system without aliases has nothing to build
    run(log, config.text("command_directory") + "/postalias", std::move(databases));
}

void serve(const Options& options, const config::Config& config, const Log& log) {
    const std::string commands = config.text("command_directory") + "/";
    switch (options.mode) {
        case Mode::submit:
        case Mode::verify: return submit(options, config, log);
        case Mode::smtp: return run(log, config.text("daemon_directory") + "/smtpd", {"-S"});
        case Mode::list_queue: return run(log, commands + "postqueue", {"-p"});
        case Mode::make_aliases: return make_aliases(options, config, log);
        case Mode::none: return;
        case Mode::start: return run(log, commands + "postfix", {"start"});
        case Mode::flush_queue: return run(log, commands + "postqueue", {"-f"});
        case Mode::flush_message: return run(log, commands + "postqueue", {"-i", options.subject});
        case Mode::flush_site: return run(log, commands + "postqueue", {"-s", options.subject});
    }
}

}  // namespace
}  // namespace postern::sendmail

int main(int argc, char** argv) {
    using namespace postern;
    const std::string_view called = argc > 0 ? argv[0] : "sendmail";
    service::Command command("sendmail", called.substr(called.find_last_of('/') + 1));
    // Whatever is wrong, it is not the message: callers keep it and try again.
    command.book().set_end([](Severity) { std::_Exit(EX_TEMPFAIL); });
    const Log log = command.log();
    const auto options = sendmail::parse_options(called, argc, argv);
    if (!options) log.fatal("{}", options.error().text);
    for (const std::string& warning : options->warnings) log.warning("{}", warning);
    // The programs that do the work find the same configuration.
    if (options->config_directory) ::setenv("MAIL_CONFIG", options->config_directory->c_str(), 1);
    const config::Config config = command.load(options->config_directory);
    command.set_verbosity(options->verbosity - 1);
    command.open_log(config, LogRole::command);
    sendmail::serve(*options, config, log);
}
