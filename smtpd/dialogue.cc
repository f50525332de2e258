// The conversation with a client; see the header.
#include "smtpd/dialogue.h"

#include "lib/base/strings.h"
#include "lib/report/smtpd_events.h"
#include "smtpd/chunk.h"
#include "smtpd/client_names.h"
#include "smtpd/content.h"
#include "smtpd/lists.h"
#include "smtpd/rates.h"
#include "smtpd/rules/evaluation.h"

#include <fmt/format.h>

namespace postern::smtpd {

using report::SessionBroken;

namespace {

constexpr seconds last_reply_time{10};

}  // namespace

Dialogue::Dialogue(const House& house, service::Session accepted, Reporter reporter,
                   const std::function<bool()>& is_stressed)
    : stream_(house.loop, std::move(accepted.socket)),
      peer_(accepted.peer),
      session_(house, client_at(accepted.peer), reporter),
      is_stressed_(is_stressed) {}

const SessionLimits& Dialogue::limits() const {
    return is_stressed_() ? session_.settings().stressed_limits : session_.settings().limits;
}

Deadline Dialogue::deadline() const { return session_.house.loop.in(limits().smtpd_timeout); }

Task<void> Dialogue::run() {
    is_open_ = co_await begin();
    while (is_open_) {
        if (has_too_many_errors()) {
            co_await give_up_on_errors();
            break;
        }
        // With a deadline per request, one for the whole line; else one for each piece of it.
        const Deadline whole = deadline();
        std::optional<std::string> line;
        while (!(line = take_line())) {
            const bool per_request = limits().smtpd_per_request_deadline;
            auto more = co_await stream_.peek(stream_.buffered().size() + 1, per_request ? whole : deadline());
            if (more) continue;
            co_await broken(more.error());
            break;
        }
        if (line) co_await obey(std::move(*line));
    }
    // The last reply; who does not take it has gone.
    std::ignore = co_await stream_.flush(session_.house.loop.in(last_reply_time));
    end();
}

// The beginning

Task<bool> Dialogue::begin() {
    co_await find_names();
    session_.reporter.report(report::ClientConnected{session_.client.peer()});
    const auto exempt = co_await session_.house.lists.smtpd_forbid_bare_newline_exclusions.has(
        session_.client.name, session_.client.address);
    session_.is_bare_newline_exempt = exempt && *exempt;
    co_await find_privileges();
    co_return co_await greet();
}

/// What the client is offered beyond others.
Task<void> Dialogue::find_privileges() {
    const Lists& lists = session_.house.lists;
    const Client& client = session_.client;
    auto xclient = co_await lists.smtpd_authorized_xclient_hosts.has(client.name, client.address);
    session_.may_xclient = xclient && *xclient;
    auto xforward = co_await lists.smtpd_authorized_xforward_hosts.has(client.name, client.address);
    session_.may_xforward = xforward && *xforward;
    session_.discarded_keywords = session_.settings().smtpd_discard_ehlo_keywords;
    if (lists.smtpd_discard_ehlo_keyword_address_maps.empty()) co_return;
    auto found = co_await lists.smtpd_discard_ehlo_keyword_address_maps.find(client.address);
    if (found && *found) {
        session_.discarded_keywords.clear();
        for (const std::string_view keyword : split(**found)) session_.discarded_keywords.push_back(lower(keyword));
    }
}

Task<void> Dialogue::find_names() {
    if (!session_.settings().smtpd_peername_lookup || !peer_.is_ip()) co_return;
    auto found = co_await session_.house.names.find(peer_);
    if (!found.warning.empty()) session_.reporter.log().warning("{}", found.warning);
    Client& client = session_.client;
    client.name = std::move(found.name);
    client.name_status = found.name_status;
    client.reverse_name = std::move(found.reverse_name);
    client.reverse_name_status = found.reverse_name_status;
}

/// The session goes on as that of another client (XCLIENT).
Task<void> Dialogue::greet_again() {
    session_.is_rate_limited.reset();
    const bool may_xclient = session_.may_xclient;
    co_await find_privileges();
    session_.may_xclient = may_xclient;
    if (!session_.settings().smtpd_delay_reject) session_.refusal = co_await check_connection(session_);
}

Task<bool> Dialogue::greet() {
    if (auto no = co_await session_.house.rates.count_connection(session_)) {
        co_await say(std::move(*no));
        co_return false;
    }
    if (!session_.settings().smtpd_delay_reject)
        session_.refusal = co_await check_connection(session_);
    co_await say(session_.refusal ? *session_.refusal : reply(220, "", session_.settings().smtpd_banner));
    co_return true;
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
        session_.reporter.log().warning("{}: request longer than {}: {}...", session_.client.text(), limit,
                                        printable(input.substr(0, 30)));
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
    auto answered = co_await answer(line);
    co_await say(std::move(answered));
    if (session_.next == Session::Next::content) co_await receive();
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
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view name = text.substr(0, end);
    const Verb* verb = find_verb(name);
    if (!verb) co_return co_await unknown(std::string(name), line);
    if (is_improper_pipelining(*verb)) {
        session_.has_pipelined_improperly = true;
        if (session_.settings().smtpd_forbid_unauth_pipelining && !session_.is_pipelining_exempt)
            co_return break_off(reply(554, "5.5.0", "Error: SMTP protocol synchronization"));
    }
    session_.stage = verb->name;
    if (session_.refusal && verb->name != "QUIT") co_return count(verb, *session_.refusal);
    // Only who sends mail needs to know to which of our addresses it came.
    if (verb->obey == verb::mail && !session_.local.is_ip())
        session_.local = event::SocketAddress::of_local(stream_.fd());
    auto answered = co_await verb->obey(session_, trim(text.substr(end)));
    if (session_.next == Session::Next::chunk) co_return co_await receive_chunk(*verb);
    co_return count(verb, std::move(answered));
}

Task<void> Dialogue::filter_command(std::string& line) {
    auto found = co_await session_.house.lists.smtpd_command_filter.find(line);
    if (!found)
        session_.reporter.log().warning("smtpd_command_filter: {}", found.error().text);
    else if (*found)
        line = std::move(**found);
}

/// What is no verb of ours: perhaps one to be passed over, or of another protocol.
Task<Reply> Dialogue::unknown(std::string name, std::string line) {
    session_.stage = "UNKNOWN";
    const Lists& lists = session_.house.lists;
    if (auto noop = co_await lists.smtpd_noop_commands.has(name, ""); noop && *noop)
        co_return count(nullptr, ok());
    const auto forbidden = co_await lists.smtpd_forbidden_commands.has(name, "");
    if ((forbidden && *forbidden) || name.ends_with(':') || name.find(':') != std::string::npos) {
        session_.reporter.report(report::ForbiddenCommandReceived{session_.client.peer(), printable(line, 100)});
        co_return break_off(reply(221, "2.7.0", "Error: I can break rules, too. Goodbye."));
    }
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
    if (stream_.buffered().empty() || (session_.is_esmtp && !verb.is_last_in_group)) return false;
    session_.reporter.report(report::PipeliningImproper{
        verb.name, session_.client.peer(), printable(stream_.buffered(), 100)});
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

// Content

Task<void> Dialogue::receive() {
    std::uint64_t received = 0;
    auto final = co_await receive_data(session_, stream_, [this] { return deadline(); }, received);
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
    auto answered = co_await smtpd::receive_chunk(session_, stream_, [this] { return deadline(); });
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

// Replies

Task<void> Dialogue::say(Reply answered) {
    if (answered.code == 0) co_return;   // nobody is there any more
    const bool is_error = answered.code >= 400;
    if (is_error && session_.errors > limits().smtpd_soft_error_limit) {
        if (auto sent = co_await stream_.flush(deadline()); !sent) co_return;
        co_await event::Sleep(session_.house.loop, session_.house.loop.in(limits().smtpd_error_sleep_time));
    }
    stream_.write(answered.wire());
}

// The end

bool Dialogue::has_too_many_errors() const { return session_.errors >= limits().smtpd_hard_error_limit; }

Task<void> Dialogue::give_up_on_errors() {
    is_open_ = false;
    report_break(SessionBroken::Cause::too_many_errors);
    co_await say(reply(421, "4.7.0", session_.settings().myhostname + " Error: too many errors"));
}

Task<void> Dialogue::broken(Error error) {
    is_open_ = false;
    session_.next = Session::Next::bye;
    if (error.code != Errc::timeout) {
        report_break(SessionBroken::Cause::lost_connection);
        co_return;
    }
    report_break(SessionBroken::Cause::timeout);
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
}

}  // namespace postern::smtpd
