// SMTP with a screened client; see the header.
#include "services/postscreen/dialogue.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"
#include "services/postscreen/replies.h"

#include <fmt/format.h>

namespace postern::postscreen {

namespace {

constexpr std::size_t shown_input = 100;

/// A command and what is behind it. Spaces divide them; a tab belongs to the word.
std::pair<std::string_view, std::string_view> command_in(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto end = std::min(line.find(' '), line.size());
    return {line.substr(0, end), line.substr(std::min(end + 1, line.size()))};
}

std::string shown(std::string_view name, std::string_view arguments) {
    return fmt::format("{} {}", printable(name, shown_input), escaped(arguments.substr(0, shown_input)));
}

class Dialogue {
public:
    explicit Dialogue(Visit& visit)
        : visit_(visit), session_(visit), began_(visit.house.loop.now()) {}
    Task<void> run();

private:
    Task<void> find_discarded_keywords();
    Task<std::optional<std::string>> read_command();
    std::optional<std::string> take_line();
    Task<void> broken(Error error);
    Task<void> give_up(std::string_view limit);
    Task<void> obey(std::string line);
    Task<void> filter(std::string& line);
    Task<bool> is_forbidden(std::string_view name) const;
    void violate(Test test, std::string_view what, std::string_view after, std::string_view input,
                 Reply consequence);
    Reply answer_to_rudeness() const;
    void note_pipelining(std::string_view name);
    Task<void> start_tls();
    void settle();

    Visit& visit_;
    Session session_;
    const Monotonic began_;
    std::string last_verb_ = "CONNECT";
    std::array<bool, test_count> has_violated_{};
    std::size_t commands_ = 0;
    bool is_open_ = true, is_line_bare_ = false;
};

Task<void> Dialogue::find_discarded_keywords() {
    session_.discarded_keywords = visit_.settings().discard_ehlo_keywords;
    const auto& maps = visit_.house.lists.discard_ehlo_keyword_address_maps;
    if (maps.empty()) co_return;
    auto found = co_await maps.find(visit_.client_address);
    if (!found || !*found) co_return;
    session_.discarded_keywords.clear();
    for (const std::string_view word : split(**found))
        session_.discarded_keywords.push_back(lower(word));
}

/// A line of what is there; nothing: more must be read.
std::optional<std::string> Dialogue::take_line() {
    const std::string_view input = visit_.stream().buffered();
    const auto end = input.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string line(input.substr(0, end));
    is_line_bare_ = !line.ends_with('\r');
    visit_.stream().consume(end + 1);
    if (!is_line_bare_) line.pop_back();
    return line;
}

/// Nothing: the conversation is over.
Task<std::optional<std::string>> Dialogue::read_command() {
    const Deadline until = visit_.house.loop.in(visit_.timing().command_time_limit);
    for (;;) {
        auto line = take_line();
        const std::size_t limit = visit_.settings().line_length_limit;
        // Of an unfinished line the last byte may be the CR.
        if (line ? line->size() >= limit : visit_.stream().buffered().size() > limit) {
            co_await give_up("COMMAND LENGTH LIMIT");
            co_return std::nullopt;
        }
        if (line) co_return line;
        auto more = co_await visit_.stream().peek(visit_.stream().buffered().size() + 1, until);
        if (more) continue;
        co_await broken(more.error());
        co_return std::nullopt;
    }
}

Task<void> Dialogue::broken(Error error) {
    is_open_ = false;
    if (error.code == Errc::timeout) {
        visit_.reporter.report(report::ProtocolViolated{"COMMAND TIME LIMIT", visit_.client_endpoint(),
                                                        last_verb_, ""});
        co_await say(visit_, reply(421, "4.4.2", fmt::format("{} Error: timeout exceeded",
                                                             visit_.settings().myhostname)));
        co_return;
    }
    const auto passed = visit_.house.loop.now() - began_;
    visit_.reporter.report(report::HungUp{
        visit_.client_endpoint(), std::chrono::duration_cast<microseconds>(passed), true});
}

/// A bound of the dialogue has been reached.
Task<void> Dialogue::give_up(std::string_view limit) {
    is_open_ = false;
    visit_.reporter.report(
        report::ProtocolViolated{limit, visit_.client_endpoint(), last_verb_, ""});
    co_await say(visit_, reply(421, "", fmt::format("{} Service unavailable - try again later",
                                                    visit_.settings().myhostname)));
}

/// Logged once, with what follows as the settings have it.
void Dialogue::violate(Test test, std::string_view what, std::string_view after,
                       std::string_view input, Reply consequence) {
    if (std::exchange(has_violated_[static_cast<std::size_t>(test)], true)) return;
    visit_.reporter.report(report::ProtocolViolated{what, visit_.client_endpoint(), after, input});
    const Action action = visit_.settings().of(test).action;
    if (visit_.fail(action, std::move(consequence))) session_.next = Session::Next::bye;
    // What has no consequences counts as passed for a short while, lest the client never gets through.
    if (action == Action::ignore && visit_.is_to_do(test))
        visit_.pass(test, visit_.settings().dnsbl_min_ttl);
}

/// The last word is that of smtpd_forbidden_commands; recipients are told what others are.
Reply Dialogue::answer_to_rudeness() const {
    if (visit_.settings().of(Test::non_smtp_command).action == Action::drop)
        return reply(521, "5.7.0", "Error: I can break rules, too. Goodbye.");
    return reply(550, "5.5.1", "Protocol error");
}

/// RFC 5321 section 4.1: without PIPELINING a client waits for each reply, but for that to BDAT,
/// which its chunk follows (RFC 3030). `name` as the client wrote it.
void Dialogue::note_pipelining(std::string_view name) {
    const std::string_view input = visit_.stream().buffered();
    if (input.empty() || same(name, "BDAT")) return;
    violate(Test::pipelining, "COMMAND PIPELINING", printable(name, shown_input),
            escaped(input.substr(0, shown_input)), reply(550, "5.5.1", "Protocol error"));
}

Task<void> Dialogue::filter(std::string& line) {
    const auto& maps = visit_.house.lists.command_filter;
    if (maps.empty()) co_return;
    auto found = co_await maps.find(line);
    if (!found) {
        visit_.reporter.log().warning("postscreen_command_filter: {}", found.error().text);
    } else if (*found) {
        visit_.reporter.log().info("{}: replacing command \"{}\" with \"{}\"",
                                   visit_.client_endpoint().text(), printable(line, shown_input),
                                   printable(**found, shown_input));
        line = std::move(**found);
    }
}

/// Of another protocol, or a header field: a robot that does not listen to replies.
Task<bool> Dialogue::is_forbidden(std::string_view name) const {
    if (name.ends_with(':')) co_return true;
    auto listed = co_await visit_.house.lists.forbidden_commands.has(printable(name, shown_input), "");
    co_return listed && *listed;
}

Task<void> Dialogue::obey(std::string line) {
    session_.next = Session::Next::command;
    if (is_line_bare_)
        violate(Test::bare_newline, "BARE NEWLINE",
                escaped(std::string_view(line).substr(0, shown_input)), "",
                reply(550, "5.5.1", "Protocol error"));
    co_await filter(line);
    const auto [name, arguments] = command_in(line);
    const Verb* verb = find_verb(name);
    if (!verb && session_.next != Session::Next::bye && co_await is_forbidden(name))
        violate(Test::non_smtp_command, "NON-SMTP COMMAND", last_verb_, shown(name, arguments),
                answer_to_rudeness());
    last_verb_ = verb ? verb->name : "UNIMPLEMENTED";
    if (session_.next != Session::Next::bye) note_pipelining(name);
    if (session_.next == Session::Next::bye) {
        co_await say(visit_, *visit_.refusal);
        co_return;
    }
    if (!verb) {
        co_await say(visit_, reply(502, "5.5.2", "Error: command not recognized"));
    } else if (verb->needs_tls && visit_.house.starttls.is_mandatory() && !session_.is_encrypted) {
        co_await say(visit_, reply(530, "5.7.0", "Must issue a STARTTLS command first"));
    } else {
        const Reply answer = verb->obey(session_, trim(arguments));
        if (session_.next != Session::Next::starttls) co_await say(visit_, answer);
    }
}

/// tlsproxy must have room and keys before the client hears that it may begin.
Task<void> Dialogue::start_tls() {
    const Deadline until = visit_.house.loop.in(visit_.settings().starttls_timeout);
    const Starttls& starttls = visit_.house.starttls;
    auto proxy = co_await starttls.reach(visit_.reporter, until);
    if (!proxy) {
        co_await say(visit_, reply(454, "4.7.0", "TLS not available due to local problem"));
        co_return;
    }
    co_await say(visit_, reply(220, "2.0.0", "Ready to start TLS"));
    const auto sent = co_await visit_.stream().flush(until);
    is_open_ = sent && co_await starttls.hand_over(*proxy, visit_.stream().fd(),
                                                   service::passed_client(visit_.client, visit_.server),
                                                   visit_.reporter, until);
    // What came in clear behind STARTTLS goes with the old stream.
    visit_.talk_through(std::move(proxy));
    session_.is_encrypted = true;
    session_.has_greeted = false;
    session_.helo.clear();
    session_.end_transaction();
}

/// The deep tests are passed by who came as far as to name a recipient.
void Dialogue::settle() {
    if (!session_.has_named_recipient || visit_.has_failed) return;
    for (const Test test : deep_tests)
        if (visit_.is_to_do(test)) visit_.pass(test, visit_.settings().of(test).ttl);
}

Task<void> Dialogue::run() {
    co_await find_discarded_keywords();
    // Who spoke too early, and is to know it, has overtaken the greeting.
    const bool is_early = visit_.is_to_do(Test::pregreet) &&
                          visit_.settings().of(Test::pregreet).action != Action::ignore;
    if (!is_early)
        visit_.stream().write(fmt::format("220 {}\r\n", visit_.settings().smtpd_banner));
    while (is_open_) {
        auto line = co_await read_command();
        if (!line) break;
        // Who wants to go may.
        if (++commands_ > visit_.settings().command_count_limit && !same(command_in(*line).first, "QUIT")) {
            co_await give_up("COMMAND COUNT LIMIT");
            break;
        }
        co_await obey(std::move(*line));
        if (session_.next == Session::Next::starttls) co_await start_tls();
        if (session_.next == Session::Next::bye) is_open_ = false;
    }
    settle();
}

}  // namespace

Task<void> converse(Visit& visit) {
    Dialogue dialogue(visit);
    co_await dialogue.run();
}

}  // namespace postern::postscreen
