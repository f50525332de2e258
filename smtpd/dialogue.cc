// The conversation with a client; see the header.
#include "smtpd/dialogue.h"

#include "lib/base/strings.h"
#include "lib/report/smtpd_events.h"
#include "smtpd/chunk.h"
#include "smtpd/content.h"
#include "smtpd/lists.h"
#include "smtpd/milter_events.h"
#include "smtpd/notices.h"
#include "smtpd/rates.h"
#include "smtpd/reply_editing.h"
#include "smtpd/sasl_dialogue.h"
#include "smtpd/tls.h"

#include <fmt/format.h>

namespace postern::smtpd {

using report::SessionBroken;

namespace {

constexpr seconds last_reply_time{10};
constexpr std::size_t commands_in_a_row = 100;

/// What a client said too early or too long, unless it may be a password.
std::string fit_for_log(std::string_view input) {
    return upper(input).find("AUTH") == std::string::npos ? printable(input, 100) : "(not shown)";
}

}  // namespace

Dialogue::Dialogue(const House& house, service::Session accepted, Reporter reporter,
                   const std::function<bool()>& is_stressed)
    : stream_(house.loop, std::move(accepted.socket)),
      peer_(accepted.peer),
      session_(house, client_at(accepted.peer), reporter),
      is_stressed_(is_stressed),
      transcript_(house.settings) {
    session_.local = accepted.local;
}

const SessionLimits& Dialogue::limits() const {
    return is_stressed_() ? session_.settings().stressed_limits : session_.settings().limits;
}

/// While content comes: each read has its own time; or, with a deadline per request, all reads share
/// one that grows as bytes arrive (smtpd_min_data_rate).
ReadDeadline Dialogue::content_deadline() {
    if (!limits().smtpd_per_request_deadline) return [this](std::size_t) { return deadline(); };
    event::Loop& loop = session_.house.loop;
    return [&loop, rate = limits().smtpd_min_data_rate, longest = limits().smtpd_timeout,
            until = deadline()](std::size_t received) mutable {
        const milliseconds earned(static_cast<std::int64_t>(received) * 1000 / rate);
        until.at = std::min(until.at + earned, loop.in(longest).at);
        return until;
    };
}

Deadline Dialogue::deadline() const { return session_.house.loop.in(limits().smtpd_timeout); }

Task<void> Dialogue::run() {
    is_open_ = co_await begin();
    for (std::size_t commands = 1; is_open_; ++commands) {
        if (has_too_many_errors()) {
            co_await give_up_on_errors();
            break;
        }
        auto line = co_await read_command();
        if (line) co_await obey(std::move(*line));
        else co_await broken(line.error());
        // Who sends without end, and takes all replies, makes us wait for nothing: others must have
        // their turn.
        if (commands % commands_in_a_row == 0) co_await event::Yield(session_.house.loop);
    }
    // The last reply; who does not take it has gone.
    std::ignore = co_await stream_.flush(session_.house.loop.in(last_reply_time));
    end();
}

/// With a deadline per request, there is one for the whole line; else one for each piece of it.
Task<Result<std::string>> Dialogue::read_command() {
    const Deadline whole = deadline();
    for (;;) {
        if (auto line = take_line()) co_return std::move(*line);
        const bool per_request = limits().smtpd_per_request_deadline;
        auto more = co_await stream_.peek(stream_.buffered().size() + 1, per_request ? whole : deadline());
        if (!more) co_return more.error();
    }
}

// Commands

/// A line of what has been read, without its end; nothing: more must be read. What is beyond
/// line_length_limit is dropped.
std::optional<std::string> Dialogue::take_line() {
    const std::string_view input = stream_.buffered();
    const std::size_t limit = session_.settings().line_length_limit;
    const auto end = input.find('\n');
    const std::size_t length = end == std::string_view::npos ? input.size() : end;
    if (line_start_.empty() && length > limit) {
        line_start_ = input.substr(0, limit);
        session_.reporter.log().warning("{}: request longer than {}: {}...", session_.client_text(), limit,
                                        fit_for_log(input.substr(0, 30)));
    }
    if (end == std::string_view::npos) {
        if (!line_start_.empty()) stream_.consume(input.size());
        return std::nullopt;
    }
    std::string line = line_start_.empty() ? std::string(input.substr(0, end)) : std::exchange(line_start_, {});
    session_.is_line_bare = end == 0 || input[end - 1] != '\r';
    stream_.consume(end + 1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Task<void> Dialogue::obey(std::string line) {
    session_.next = Session::Next::command;
    session_.is_error_forgiven = false;
    session_.is_stressed = is_stressed_();
    auto answered = co_await answer(std::move(line));
    co_await say(std::move(answered));
    if (session_.next == Session::Next::content) co_await receive();
    if (session_.next == Session::Next::handshake) co_await start_tls();
    if (session_.next == Session::Next::greeting) co_await greet_again();
    if (session_.next == Session::Next::bye) is_open_ = false;
}

Task<Reply> Dialogue::answer(std::string line) {
    if (auto no = bare_newline_refused()) co_return *no;
    if (!session_.house.lists.smtpd_command_filter.empty()) co_await filter_command(line);
    if (session_.settings().smtputf8_enable && !is_valid_utf8(line))
        co_return count(nullptr, reply(500, "5.5.2", "Error: bad UTF-8 syntax"));
    const std::string_view text = trim(line);
    if (text.empty()) co_return count(nullptr, reply(500, "5.5.2", "Error: bad syntax"));
    const auto end = std::min(text.find_first_of(" \t\r\v\f"), text.size());
    const std::string_view name = text.substr(0, end);
    transcript_.heard(line);
    if (co_await is_noop(std::string(name))) co_return count(nullptr, ok());
    const Verb* verb = find_verb(name);
    if (!verb) co_return co_await unknown(std::string(name), line);
    if (is_improper_pipelining(*verb)) {
        session_.has_pipelined_improperly = true;
        if (session_.settings().smtpd_forbid_unauth_pipelining)
            co_return break_off(reply(554, "5.5.0", "Error: SMTP protocol synchronization"));
    }
    session_.stage = verb->name;
    if (session_.refusal && verb->name != "QUIT") co_return count(verb, *session_.refusal);
    if (session_.house.tls)
        if (auto no = session_.house.tls->refuse_in_clear(session_, *verb)) co_return count(verb, *no);
    // Only who sends mail needs to know to which of our addresses it came.
    if (verb->obey == verb::mail && !session_.local.is_ip())
        session_.local = event::SocketAddress::of_local(stream_.fd());
    auto answered = co_await verb->obey(session_, trim(text.substr(end)));
    if (verb->obey == verb::auth) sasl::wipe(line);
    if (session_.next == Session::Next::chunk) co_return co_await receive_chunk(*verb);
    if (session_.next == Session::Next::login) co_return co_await log_in(*verb);
    co_return count(verb, std::move(answered));
}

Task<void> Dialogue::filter_command(std::string& line) {
    auto found = co_await session_.house.lists.smtpd_command_filter.find(line);
    if (!found)
        session_.reporter.log().warning("smtpd_command_filter: {}", found.error().text);
    else if (*found)
        line = std::move(**found);
}

/// smtpd_noop_commands come before any verb.
Task<bool> Dialogue::is_noop(std::string name) {
    const auto& list = session_.house.lists.smtpd_noop_commands;
    if (list.empty()) co_return false;
    auto found = co_await list.has(name, "");
    co_return found && *found;
}

/// What is no verb of ours: perhaps one to be passed over, or of another protocol.
Task<Reply> Dialogue::unknown(std::string name, std::string line) {
    session_.stage = "UNKNOWN";
    const auto forbidden = co_await session_.house.lists.smtpd_forbidden_commands.has(name, "");
    if ((forbidden && *forbidden) || name.ends_with(':') || name.find(':') != std::string::npos) {
        session_.reporter.report(report::ForbiddenCommandReceived{session_.client.peer(), printable(line, 100)});
        co_return break_off(reply(221, "2.7.0", "Error: I can break rules, too. Goodbye."));
    }
    if (auto no = co_await milter_event::unknown(session_, name)) co_return count(nullptr, std::move(*no));
    co_return count(nullptr, reply(500, "5.5.2", "Error: command not recognized"));
}

Reply Dialogue::break_off(Reply last) {
    session_.next = Session::Next::bye;
    ++session_.total[verb_count - 1];
    return last;
}

std::optional<Reply> Dialogue::bare_newline_refused() {
    if (!session_.is_line_bare || session_.is_bare_newline_exempt) return std::nullopt;
    const BareNewline rule = session_.settings().smtpd_forbid_bare_newline;
    if (rule == BareNewline::note) session_.has_bare_newline = true;
    if (rule != BareNewline::reject) return std::nullopt;
    const int code = session_.settings().codes.forbid_bare_newline;
    if (code == 521) session_.next = Session::Next::bye;
    return count(nullptr, session_.refuse(reply(code, code < 500 ? "4.5.2" : "5.5.2",
                                                session_.settings().myhostname + " Error: bare <LF> received"),
                                          session_.stage));
}

/// RFC 2920 section 3.1: a client that did not ask for PIPELINING waits for every reply, the
/// others after certain commands.
bool Dialogue::is_improper_pipelining(const Verb& verb) {
    if (session_.house.stand_alone) return false;   // a file on standard input is there at once
    if (stream_.buffered().empty() || (session_.is_esmtp && !verb.is_last_in_group)) return false;
    session_.reporter.report(report::PipeliningImproper{
        verb.name, session_.client.peer(), fit_for_log(stream_.buffered())});
    return true;
}

/// Counts the command and what came of it.
Reply Dialogue::count(const Verb* verb, Reply answered) {
    const std::size_t index = verb ? static_cast<std::size_t>(verb - verbs().data()) : verb_count - 1;
    const bool is_accepted = answered.is_success();
    ++session_.total[index];
    if (is_accepted) ++session_.accepted[index];
    const bool is_junk = verb && verb->is_junk && ++session_.junk_commands > limits().smtpd_junk_command_limit;
    if ((!is_accepted && !session_.is_error_forgiven) || is_junk) ++session_.errors;
    return answered;
}

// TLS

Task<bool> Dialogue::shake_hands() {
    const Deadline until = session_.house.loop.in(limits().smtpd_starttls_timeout);
    const bool is_made = co_await session_.house.tls->secure(session_, stream_, until);
    if (!is_made)
        report_break(SessionBroken::Cause::lost_connection);
    else if (!session_.tls->is_reused)
        co_await session_.house.rates.count_tls(session_);
    co_return is_made;
}

/// After the reply to STARTTLS. Nothing that was said in clear counts afterwards (RFC 3207 section
/// 4.2), but what an authorized proxy said.
Task<void> Dialogue::start_tls() {
    auto sent = co_await stream_.flush(deadline());
    if (!sent) {
        co_await broken(sent.error());
        co_return;
    }
    if (!co_await shake_hands()) {
        --session_.accepted[static_cast<std::size_t>(find_verb("STARTTLS") - verbs().data())];
        session_.next = Session::Next::bye;
        co_return;
    }
    session_.end_transaction();
    session_.helo.clear();
    session_.is_esmtp = false;
    session_.login.reset();
    session_.sasl_mechanisms.clear();
    line_start_.clear();
    if (auto no = session_.house.tls->refuse_client(session_)) {
        session_.next = Session::Next::bye;
        co_await say(std::move(*no));
    }
}

// Content

Task<void> Dialogue::receive() {
    std::uint64_t received = 0;
    auto final = co_await receive_data(session_, stream_, content_deadline(), received);
    if (!final) {
        data_stage_ = fmt::format("DATA ({} bytes)", received);
        session_.stage = data_stage_;
        co_await broken(final.error());
        co_return;
    }
    if (final->code == 521) session_.next = Session::Next::bye;
    if (final->is_success()) {
        session_.errors = session_.junk_commands = 0;
    } else {
        const std::size_t index = static_cast<std::size_t>(find_verb("DATA") - verbs().data());
        --session_.accepted[index];
        ++session_.errors;
    }
    session_.end_transaction();
    co_await say(std::move(*final));
}

/// The reply to BDAT comes after its bytes.
Task<Reply> Dialogue::receive_chunk(const Verb& verb) {
    auto answered = co_await smtpd::receive_chunk(session_, stream_, content_deadline());
    if (!answered) {
        co_await broken(answered.error());
        co_return Reply();
    }
    const bool is_over = session_.is_last_chunk;
    if (is_over) session_.end_transaction();
    Reply counted = count(&verb, std::move(*answered));
    if (is_over && counted.is_success()) session_.errors = session_.junk_commands = 0;
    co_return counted;
}

/// The reply to AUTH comes after its exchange.
Task<Reply> Dialogue::log_in(const Verb& verb) {
    auto answered = co_await smtpd::log_in(session_, stream_, [this](std::size_t) { return deadline(); });
    session_.login_request.reset();
    if (session_.login) stream_.wipe_after_use(false);
    if (answered) co_return count(&verb, std::move(*answered));
    co_await broken(answered.error());
    co_return Reply();
}

// Replies

Task<void> Dialogue::say(Reply answered) {
    if (answered.code == 0) co_return;   // nobody is there any more
    const bool is_error = answered.code >= 400;
    if (is_error && session_.errors > limits().smtpd_soft_error_limit) {
        if (auto sent = co_await stream_.flush(deadline()); !sent) co_return;
        co_await event::Sleep(session_.house.loop, session_.house.loop.in(limits().smtpd_error_sleep_time));
    }
    auto told = co_await as_told(session_, std::move(answered));
    // These codes say that it is the last reply (RFC 5321 section 3.8, RFC 7504).
    if (told.code == 421 || told.code == 521) {
        session_.next = Session::Next::bye;
        is_open_ = false;
    }
    const std::string wire = told.wire();
    transcript_.said(told, wire);
    stream_.write(wire);
}

// The end

bool Dialogue::has_too_many_errors() const { return session_.errors >= limits().smtpd_hard_error_limit; }

Task<void> Dialogue::give_up_on_errors() {
    is_open_ = false;
    report_break(SessionBroken::Cause::too_many_errors);
    transcript_.abort("too many errors");
    co_await say(reply(421, "4.7.0", session_.settings().myhostname + " Error: too many errors"));
}

Task<void> Dialogue::broken(Error error) {
    is_open_ = false;
    session_.next = Session::Next::bye;
    if (error.code != Errc::timeout) {
        report_break(SessionBroken::Cause::lost_connection);
        transcript_.abort("lost connection");
        co_return;
    }
    report_break(SessionBroken::Cause::timeout);
    transcript_.abort("timeout");
    co_await say(reply(421, "4.4.2", session_.settings().myhostname + " Error: timeout exceeded"));
}

void Dialogue::report_break(SessionBroken::Cause cause) const {
    session_.reporter.report(
        SessionBroken{.queue_id = {}, .cause = cause, .stage = session_.stage, .client = session_.client.peer()});
}

void Dialogue::end() {
    std::vector<report::ClientDisconnected::Command> commands;
    for (std::size_t i = 0; i < verb_count; ++i) {
        const bool is_known = i < verbs().size();
        commands.push_back({is_known ? verbs()[i].log_name : "unknown", session_.accepted[i], session_.total[i]});
    }
    session_.reporter.report(report::ClientDisconnected{
        session_.client.peer(), commands, session_.has_bare_newline ? "bare_lf" : ""});
    session_.house.rates.disconnect(session_);
    session_.house.notices.send(session_, transcript_);
}

}  // namespace postern::smtpd
