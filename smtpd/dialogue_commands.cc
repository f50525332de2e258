// Commands of a client: lines, verbs, and what is no verb.
#include "smtpd/dialogue.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"
#include "smtpd/lists.h"
#include "smtpd/milter_events.h"
#include "smtpd/tls.h"

namespace postern::smtpd {

namespace {

/// What a client said too early or too long, unless it may be a password.
std::string fit_for_log(std::string_view input) {
    return upper(input).find("AUTH") == std::string::npos ? escaped(input.substr(0, 100))
                                                          : "(not shown)";
}

}  // namespace

/// With a deadline per request, there is one for the whole line; else one for each piece of it.
Task<Result<std::string>> Dialogue::read_command() {
    const Deadline whole = deadline();
    for (;;) {
        if (auto line = take_line()) co_return std::move(*line);
        const bool per_request = limits().smtpd_per_request_deadline;
        auto more =
            co_await stream_.peek(stream_.buffered().size() + 1, per_request ? whole : deadline());
        if (!more) co_return more.error();
    }
}

/// A line of what has been read, without its end; nothing: more must be read. What is beyond
/// line_length_limit is dropped.
std::optional<std::string> Dialogue::take_line() {
    const std::string_view input = stream_.buffered();
    const std::size_t limit = session_.settings().line_length_limit;
    const auto end = input.find('\n');
    const std::size_t length = end == std::string_view::npos ? input.size() : end;
    if (line_start_.empty() && length > limit) {
        line_start_ = input.substr(0, limit);
        session_.reporter.log().warning("{}: request longer than {}: {}...", session_.client_text(),
                                        limit, fit_for_log(input.substr(0, 30)));
    }
    if (end == std::string_view::npos) {
        if (!line_start_.empty()) stream_.consume(input.size());
        return std::nullopt;
    }
    std::string line =
        line_start_.empty() ? std::string(input.substr(0, end)) : std::exchange(line_start_, {});
    session_.is_line_bare = end == 0 || input[end - 1] != '\r';
    stream_.consume(end + 1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Task<Reply> Dialogue::answer(std::string line) {
    if (session_.is_line_bare && forbids_bare_newline(session_))
        co_return break_off(co_await refuse_bare_newline(session_));
    if (!session_.house.lists.smtpd_command_filter.empty()) co_await filter_command(line);
    if (session_.settings().smtputf8_enable && !is_valid_utf8(line))
        co_return count(nullptr, reply(500, "5.5.2", "Error: bad UTF-8 syntax"));
    const std::string_view text = trim(line);
    if (text.empty()) co_return count(nullptr, reply(500, "5.5.2", "Error: bad syntax"));
    const auto end = std::min(text.find_first_of(" \t\r\v\f"), text.size());
    const std::string_view name = text.substr(0, end);
    transcript_.heard(line);
    const Verb* verb = find_verb(name);
    if (is_closing() && !(verb && verb->obey == verb::quit))
        co_return count(verb, reply(421, "4.3.2",
                                    session_.settings().myhostname + " Service is shutting down"));
    if (co_await is_noop(std::string(name))) co_return count(nullptr, ok());
    if (!verb) co_return co_await unknown(std::string(name), line);
    if (is_improper_pipelining(*verb)) {
        session_.has_pipelined_improperly = true;
        if (session_.settings().smtpd_forbid_unauth_pipelining)
            co_return break_off(reply(554, "5.5.0", "Error: SMTP protocol synchronization"));
    }
    session_.stage = verb->name;
    if (session_.refusal && verb->obey != verb::quit)
        co_return count(verb,
                        reply(503, "5.7.0", "Error: access denied for " + session_.client_text()));
    if (session_.house.tls)
        if (auto no = session_.house.tls->refuse_in_clear(session_, *verb))
            co_return count(verb, *no);
    if (verb->obey == verb::mail || verb->obey == verb::vrfy || verb->obey == verb::etrn)
        find_our_side();
    if (verb->obey == verb::ehlo || verb->obey == verb::rset) transcript_.begin_anew();
    session_.command = line;
    auto answered = co_await verb->obey(session_, trim(text.substr(end)));
    if (verb->obey == verb::auth) sasl::wipe(line);
    if (session_.next == Session::Next::chunk) co_return co_await receive_chunk(*verb);
    if (session_.next == Session::Next::login) co_return co_await log_in(*verb);
    co_return count(verb, std::move(answered));
}

Task<void> Dialogue::filter_command(std::string& line) {
    auto found = co_await session_.house.lists.smtpd_command_filter.find(line);
    if (!found) session_.reporter.log().warning("smtpd_command_filter: {}", found.error().text);
    if (!found || !*found) co_return;
    session_.reporter.log().info("{}: replacing command \"{}\" with \"{}\"", session_.client_text(),
                                 fit_for_log(line), fit_for_log(**found));
    line = std::move(**found);
}

/// The mail system has stopped (RFC 5321 section 3.8). Who is in the middle of a message may go on.
bool Dialogue::is_closing() const {
    const service::Daemon* daemon = session_.house.daemon;
    return daemon && daemon->is_master_gone() && !session_.mail;
}

/// smtpd_noop_commands come before any verb.
Task<bool> Dialogue::is_noop(std::string name) {
    const auto& list = session_.house.lists.smtpd_noop_commands;
    if (list.empty()) co_return false;
    auto found = co_await list.has(name, "");
    co_return found&&* found;
}

/// What is no verb of ours: perhaps one to be passed over, or of another protocol.
Task<Reply> Dialogue::unknown(std::string name, std::string line) {
    session_.stage = "UNKNOWN";
    const auto forbidden = co_await session_.house.lists.smtpd_forbidden_commands.has(name, "");
    if ((forbidden && *forbidden) || name.ends_with(':') || name.find(':') != std::string::npos) {
        session_.reporter.report(
            report::ForbiddenCommandReceived{session_.client.peer(), printable(line, 100)});
        co_return break_off(reply(221, "2.7.0", "Error: I can break rules, too. Goodbye."));
    }
    if (auto no = co_await milter_event::unknown(session_, name))
        co_return count(nullptr, std::move(*no));
    co_return count(nullptr, reply(500, "5.5.2", "Error: command not recognized"));
}

Reply Dialogue::break_off(Reply last) {
    session_.next = Session::Next::bye;
    ++session_.total[verb_count - 1];
    return last;
}

/// RFC 2920 section 3.1: a client that did not ask for PIPELINING waits for every reply, the
/// others after certain commands.
bool Dialogue::is_improper_pipelining(const Verb& verb) {
    if (session_.house.stand_alone) return false;  // a file on standard input is there at once
    if (stream_.buffered().empty() || (session_.is_esmtp && !verb.is_last_in_group)) return false;
    session_.reporter.report(report::PipeliningImproper{verb.name, session_.client.peer(),
                                                        fit_for_log(stream_.buffered())});
    return true;
}

/// Counts the command and what came of it.
Reply Dialogue::count(const Verb* verb, Reply answered) {
    const std::size_t index =
        verb ? static_cast<std::size_t>(verb - verbs().data()) : verb_count - 1;
    const bool is_accepted = answered.is_success();
    ++session_.total[index];
    if (is_accepted) ++session_.accepted[index];
    const bool is_junk =
        verb && verb->is_junk && session_.junk_commands++ > limits().smtpd_junk_command_limit;
    if ((!is_accepted && !session_.is_error_forgiven) || is_junk) ++session_.errors;
    return answered;
}

}  // namespace postern::smtpd
