// The conversation with a client; see the header.
#include "smtpd/dialogue.h"

#include "lib/report/smtpd_events.h"
#include "lib/tls/farewell.h"
#include "smtpd/notices.h"
#include "smtpd/rates.h"
#include "smtpd/reply_editing.h"

namespace postern::smtpd {

using report::SessionBroken;

namespace {

constexpr seconds last_reply_time{10};
constexpr std::size_t commands_in_a_row = 100;

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

Deadline Dialogue::deadline() const {
    return session_.house.loop.in(limits().smtpd_timeout);
}

Task<void> Dialogue::run() {
    is_open_ = co_await begin();
    for (std::size_t commands = 1; is_open_; ++commands) {
        if (has_too_many_errors()) {
            co_await give_up_on_errors();
            break;
        }
        auto line = co_await read_command();
        if (line)
            co_await obey(std::move(*line));
        else
            co_await broken(line.error());
        // Who sends without end, and takes all replies, makes us wait for nothing: others must have
        // their turn.
        if (commands % commands_in_a_row == 0) co_await event::Yield(session_.house.loop);
    }
    co_await tls::say_last(stream_, session_.house.loop.in(last_reply_time));
    co_await tls::part(stream_, session_.house.loop.in(limits().smtpd_starttls_timeout));
    end();
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

// Replies

Task<void> Dialogue::say(Reply answered) {
    if (answered.code == 0) co_return;  // nobody is there any more
    const bool is_error = answered.code >= 400;
    if (is_error && session_.errors > limits().smtpd_soft_error_limit) {
        if (auto sent = co_await stream_.flush(deadline()); !sent) co_return;
        co_await event::Sleep(session_.house.loop,
                              session_.house.loop.in(limits().smtpd_error_sleep_time));
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

bool Dialogue::has_too_many_errors() const {
    return session_.errors >= limits().smtpd_hard_error_limit;
}

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
        // Who leaves without QUIT when a message is complete has lost nothing.
        if (session_.stage != "END-OF-MESSAGE") report_break(SessionBroken::Cause::lost_connection);
        transcript_.abort("lost connection");
        co_return;
    }
    report_break(SessionBroken::Cause::timeout);
    transcript_.abort("timeout");
    co_await say(reply(421, "4.4.2", session_.settings().myhostname + " Error: timeout exceeded"));
}

void Dialogue::report_break(SessionBroken::Cause cause) const {
    session_.reporter.report(SessionBroken{
        .queue_id = session_.queue_id(),
        .cause = cause,
        .stage = session_.stage,
        .client = session_.client.peer()});
}

void Dialogue::end() {
    std::vector<report::ClientDisconnected::Command> commands;
    for (std::size_t i = 0; i < verb_count; ++i) {
        const bool is_known = i < verbs().size();
        commands.push_back(
            {is_known ? verbs()[i].log_name : "unknown", session_.accepted[i], session_.total[i]});
    }
    session_.reporter.report(report::ClientDisconnected{
        session_.client.peer(), commands, session_.has_bare_newline ? "bare_lf" : ""});
    session_.house.rates.disconnect(session_);
    session_.house.notices.send(session_, transcript_);
}

}  // namespace postern::smtpd
