// Session state; see the header.
#include "smtpd/session.h"

#include "smtpd/chunk.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

#include <unistd.h>

namespace postern::smtpd {

Session::Session(const House& its_house, Client its_client, Reporter its_reporter)
    : house(its_house), client(std::move(its_client)), began(its_house.loop.clock().wall()),
      reporter(its_reporter) {}

Session::~Session() = default;

std::string Session::instance() const {
    return fmt::format("{:x}.{:x}.{:x}.{}", ::getpid(), began.time_since_epoch().count(), client.port,
                       transactions);
}

void Session::end_transaction() {
    if (mail) ++transactions;
    chunks.reset();
    submission.reset();
    if (milters) milters->end_mail();
    mail.reset();
    forwarded.reset();
}

std::string_view Session::protocol() const noexcept {
    if (mail && mail->parameters.is_smtputf8) return "UTF8SMTP";
    return is_esmtp ? "ESMTP" : "SMTP";
}

report::Transaction Session::transaction(const std::string* recipient) const {
    report::Transaction known;
    if (mail) known.sender = mail->sender;
    if (recipient) known.recipient = *recipient;
    known.protocol = protocol();
    known.helo = helo;
    known.login = login_report();
    return known;
}

report::Login Session::login_report() const {
    report::Login known;
    if (login) known = {login->method, login->username, {}};
    if (mail) known.sender = mail->sasl_sender;
    return known;
}

Reply Session::refuse(Reply reply, std::string_view at, const std::string* recipient) const {
    report("reject", at, reply.one_line(), recipient);
    return reply;
}

void Session::report(std::string_view action, std::string_view at, std::string_view text,
                     const std::string* recipient) const {
    reporter.report(report::RequestActedOn{.queue_id = {},
                                           .action = action,
                                           .stage = at,
                                           .client = client.peer(),
                                           .text = text,
                                           .transaction = transaction(recipient)});
}

}  // namespace postern::smtpd
