// Content of DATA; see the header.
#include "smtpd/content.h"

#include "lib/report/smtpd_events.h"
#include "smtpd/data_scanner.h"
#include "smtpd/rules/evaluation.h"

namespace postern::smtpd {

BareNewline bare_newline_rule(const Session& session) {
    return session.is_bare_newline_exempt ? BareNewline::allow
                                          : session.settings().smtpd_forbid_bare_newline;
}

bool is_too_big(const Session& session, std::uint64_t size) {
    const auto limit = session.settings().message_size_limit;
    return limit > 0 && size > limit;
}

std::optional<Reply> refused_for_newlines(Session& session, bool has_bare_newline, std::string_view stage) {
    const BareNewline rule = bare_newline_rule(session);
    if (!has_bare_newline) return std::nullopt;
    if (rule == BareNewline::note) session.has_bare_newline = true;
    if (rule != BareNewline::reject) return std::nullopt;
    const int code = session.settings().codes.forbid_bare_newline;
    return session.refuse(reply(code, code < 500 ? "4.5.2" : "5.5.2",
                                session.settings().myhostname + " Error: bare <LF> received"),
                          stage);
}

namespace {

/// Everything of the content goes to cleanup as it comes; what is beyond the limit is dropped.
Task<Result<void>> take_all(Session& session, event::Stream& stream, ReadDeadline& deadline,
                            DataScanner& scanner, Submission& submission) {
    std::size_t seen = 0, received = 0;
    while (!scanner.is_complete()) {
        auto input = co_await stream.peek(seen + 1, deadline(received));
        if (!input) co_return input.error();
        received = input->size() - seen;
        const std::size_t taken = scanner.take(*input, submission.records());
        seen = input->size() - taken;
        stream.consume(taken);
        if (is_too_big(session, scanner.size())) {
            submission.refuse();
            co_await event::Yield(session.house.loop);   // what is dropped waits for nobody
        }
        if (submission.is_ripe()) co_await submission.send();
    }
    co_return success();
}

/// "QUEUEID: client=...". The queue id came with cleanup's answer, but the line belongs to the
/// moment of the first recipient: whoever sorts the log reads it before what became of the message.
void report_accepted(const Session& session, const std::string& queue_id) {
    report::MailAccepted event;
    event.queue_id = queue_id;
    event.client = session.client.peer();
    event.login = session.login_report();
    if (const ForwardedClient* origin = session.forwarded.get()) {
        event.orig_queue_id = origin->ident;
        if (!origin->name.empty() || !origin->address.empty())
            event.orig_client = report::Peer{origin->name, origin->address};
    }
    session.reporter.report(event, session.mail->first_accepted);
}

}  // namespace

Task<Reply> finish_message(Session& session, Submission& submission, std::string queued) {
    if (auto no = co_await check_end_of_data(session)) co_return *no;
    // An access table said so: the client hears that all is well, and the message is gone.
    if (session.mail->actions.discards) co_return ok();
    auto submitted = co_await submission.finish();
    if (!submitted) session.reporter.log().warning("{}", submitted.error().text);
    Reply final = reply_to(submitted, queued);
    if (final.code == 250) report_accepted(session, submitted->queue_id);
    co_return final;
}

Task<Result<Reply>> receive_data(Session& session, event::Stream& stream, ReadDeadline deadline,
                                 std::uint64_t& received) {
    if (!session.submission) session.submission = std::make_unique<Submission>(session);
    Submission& submission = *session.submission;
    DataScanner scanner(session.settings().line_length_limit, bare_newline_rule(session));
    auto taken = co_await take_all(session, stream, deadline, scanner, submission);
    received = scanner.size();
    if (!taken) co_return taken.error();
    session.stage = "END-OF-MESSAGE";
    session.mail->content_size = scanner.size();
    if (auto no = refused_for_newlines(session, scanner.has_bare_newline(), "DATA content")) co_return *no;
    if (is_too_big(session, scanner.size())) co_return reply(552, "5.3.4", "Error: message file too big");
    co_return co_await finish_message(session, submission, "Ok: queued as");
}

}  // namespace postern::smtpd
