// Content of DATA; see the header.
#include "smtpd/content.h"

#include "lib/base/strings.h"
#include "lib/report/smtpd_events.h"
#include "smtpd/data_scanner.h"
#include "smtpd/mail_sink.h"
#include "smtpd/rules/due_lists.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

namespace postern::smtpd {

BareNewline bare_newline_rule(const Session& session) {
    return session.is_bare_newline_exempt ? BareNewline::allow
                                          : session.settings().smtpd_forbid_bare_newline;
}

bool is_too_big(const Session& session, std::uint64_t size) {
    const auto limit = session.settings().message_size_limit;
    return limit > 0 && size > limit;
}

bool forbids_bare_newline(Session& session) {
    const BareNewline rule = bare_newline_rule(session);
    if (rule == BareNewline::note) session.has_bare_newline = true;
    return rule == BareNewline::reject;
}

Task<Reply> refuse_bare_newline(Session& session) {
    const int code = session.settings().codes.forbid_bare_newline;
    co_await name_accepted(session);
    session.report("reject", session.stage, "bare <LF> received");
    co_return reply(code, code < 500 ? "4.5.2" : "5.5.2",
                 session.settings().myhostname + " Error: bare <LF> received");
}

namespace {

/// Everything of the content goes to cleanup as it comes; what is beyond the limit is dropped.
Task<Result<void>> take_all(Session& session, event::Stream& stream, ReadDeadline& deadline,
                            DataScanner& scanner, MailSink& sink) {
    std::size_t seen = 0, received = 0;
    while (!scanner.is_complete()) {
        auto input = co_await stream.peek(seen + 1, deadline(received));
        if (!input) co_return input.error();
        received = input->size() - seen;
        const std::size_t taken = scanner.take(*input, sink.records());
        seen = input->size() - taken;
        stream.consume(taken);
        if (is_too_big(session, scanner.size())) {
            sink.refuse();
            co_await event::Yield(session.house.loop);  // what is dropped waits for nobody
        }
        if (sink.is_ripe()) co_await sink.send();
    }
    co_return success();
}

/// A filter's reply of several lines is one in the log.
void report_proxied(const Session& session, const Reply& answer) {
    const std::string wire = answer.wire();
    const std::string said = printable(std::string_view(wire).substr(0, wire.size() - 2));
    session.reporter.report(report::ProxyAnswered{
        answer.is_success(), said, session.transaction(&session.mail->recipients.front().address)});
}

/// An access table or a milter said so: the message is gone, and the client hears what it hears of
/// any other.
Task<Reply> discard(Session& session, const std::string& queued) {
    session.sink().refuse();
    co_await name_message(session);
    const auto& id = session.queue_id();
    co_return id.empty() ? ok() : reply(250, "2.0.0", fmt::format("{} {}", queued, id));
}

}  // namespace

Task<Reply> refuse_content(Session& session) {
    session.sink().refuse();
    return refuse_bare_newline(session);
}

Task<Reply> finish_message(Session& session, std::string queued) {
    if (auto no = co_await check_end_of_data(session)) co_return *no;
    if (session.mail->actions.discards) co_return co_await discard(session, queued);
    Reply final = co_await session.sink().finish(std::move(queued));
    if (session.proxied) report_proxied(session, final);
    co_return final;
}

Task<Result<Reply>> receive_data(Session& session, event::Stream& stream, ReadDeadline deadline,
                                 std::uint64_t& received) {
    DataScanner scanner(session.settings().line_length_limit, bare_newline_rule(session));
    auto taken = co_await take_all(session, stream, deadline, scanner, session.sink());
    received = scanner.size();
    if (!taken) co_return taken.error();
    session.stage = "END-OF-MESSAGE";
    session.mail->content_size = scanner.size();
    if (scanner.has_bare_newline() && forbids_bare_newline(session))
        co_return co_await refuse_content(session);
    if (is_too_big(session, scanner.size()))
        co_return reply(552, "5.3.4", "Error: message file too big");
    co_return co_await finish_message(session, "Ok: queued as");
}

}  // namespace postern::smtpd
