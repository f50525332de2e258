// AUTH exchanges; see the header.
#include "smtpd/sasl_dialogue.h"

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/report/smtpd_events.h"
#include "smtpd/sasl.h"

#include <algorithm>

namespace postern::smtpd {

using sasl::Secret;
using sasl::Step;

namespace {

std::optional<Secret> decoded(const Secret& text) {
    auto bytes = base64_decoded(text.text());
    if (!bytes) return std::nullopt;
    return Secret(std::move(*bytes));
}

/// What Cyrus SASL says of it.
Step malformed() {
    return {Step::Kind::failure, "another step is needed in authentication"};
}

Task<Step> start(Session& session, sasl::Exchange& exchange) {
    LoginRequest& request = *session.login_request;
    const auto offered = co_await session.house.authentication->mechanisms(session);
    if (!offered) co_return Step{Step::Kind::unavailable, "no authentication service"};
    if (std::find(offered->begin(), offered->end(), request.mechanism) == offered->end())
        co_return Step{Step::Kind::failure, "no mechanism available"};
    std::optional<Secret> initial;
    // "=" is a response of no bytes (RFC 4954 section 4).
    if (request.initial && request.initial->text() == "=")
        initial.emplace();
    else if (request.initial && !(initial = decoded(*request.initial)))
        co_return malformed();
    co_return co_await exchange.start(request.mechanism, std::move(initial));
}

/// "SASL PLAIN authentication aborted": the client changed its mind, or said too much.
void report_aborted(const Session& session) {
    session.reporter.report(
        report::AuthenticationAborted{session.client.peer(), session.login_request->mechanism});
}

struct Response {
    std::optional<Secret> text;    ///< not decoded
    std::optional<Reply> refusal;  ///< instead
};

Task<Result<Response>> read_response(Session& session, event::Stream& stream, Deadline deadline) {
    auto line = co_await stream.read_line(session.house.authentication->response_limit(), deadline);
    if (!line && line.error().code != Errc::too_long) co_return line.error();
    Response response;
    if (!line) {
        report_aborted(session);
        response.refusal = reply(500, "5.5.6", "SASL response limit exceeded");
    } else if (*line == "*") {
        report_aborted(session);
        response.refusal = reply(501, "5.7.0", "Authentication aborted");
    } else {
        response.text.emplace(std::move(*line));
    }
    co_return response;
}

Reply failed(const Session& session, const Step& step, const std::string& username) {
    const std::string reason = step.text.empty() ? "(reason unavailable)" : step.text;
    session.reporter.report(
        report::AuthenticationFailed{session.client.peer(), session.login_request->mechanism,
                                     reason, username.empty() ? "(unavailable)" : username});
    if (step.kind == Step::Kind::unavailable)
        return reply(454, "4.7.0", "Temporary authentication failure: " + reason);
    return reply(535, "5.7.8", "Error: authentication failed: " + reason);
}

Reply outcome(Session& session, const Step& step, const std::string& username) {
    if (step.kind != Step::Kind::success) return failed(session, step, username);
    session.login = Login{session.login_request->mechanism, username};
    return reply(235, "2.7.0", "Authentication successful");
}

}  // namespace

Task<Result<Reply>> log_in(Session& session, event::Stream& stream, ReadDeadline deadline) {
    auto exchange = session.house.authentication->begin(session);
    Step step = co_await start(session, *exchange);
    while (step.kind == Step::Kind::challenge) {
        stream.write("334 " + base64_encoded(step.text) + "\r\n");
        auto response = co_await read_response(session, stream, deadline(0));
        if (!response) co_return response.error();
        if (response->refusal) co_return *response->refusal;
        auto bytes = decoded(*response->text);
        step = bytes ? co_await exchange->step(std::move(*bytes)) : malformed();
    }
    co_return outcome(session, step, exchange->username());
}

}  // namespace postern::smtpd
