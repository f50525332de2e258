// Session state; see the header.
#include "smtpd/session.h"

#include "lib/base/strings.h"
#include "smtpd/chunk.h"
#include "smtpd/proxied_mail.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

#include <unistd.h>

namespace postern::smtpd {

Session::Session(const House& its_house, Client its_client, Reporter its_reporter)
    : house(its_house),
      client(std::move(its_client)),
      began(its_house.loop.clock().wall()),
      reporter(its_reporter) {}

Session::~Session() = default;

std::string Session::instance() const {
    return fmt::format("{:x}.{:x}.{:x}.{}", ::getpid(), began.time_since_epoch().count(),
                       client.port, transactions);
}

MailSink& Session::sink() {
    if (proxied) return *proxied;
    if (!submission) submission = std::make_unique<Submission>(*this);
    return *submission;
}

void Session::end_transaction() {
    if (mail) ++transactions;
    chunks.reset();
    submission.reset();
    proxied.reset();
    if (milters) milters->end_mail();
    mail.reset();
    forwarded.reset();
}

std::string_view Session::protocol() const noexcept {
    return is_esmtp ? "ESMTP" : "SMTP";
}

report::Transaction Session::transaction(const std::string* recipient) const {
    report::Transaction known;
    if (mail) known.sender = mail->sender;
    if (recipient)
        known.recipient = *recipient;
    else if (mail && !mail->recipients.empty())
        known.recipient = mail->recipients.front().address;
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
    if (settings().soft_bounce) reply = reply.softened();
    report("reject", at, reply.one_line(), recipient);
    return reply;
}

void Session::report_accepted(const std::string& queue_id) const {
    report::MailAccepted event;
    event.queue_id = queue_id;
    event.client = client.peer();
    event.login = login_report();
    if (forwarded) {
        event.orig_queue_id = forwarded->ident;
        if (!forwarded->name.empty() || !forwarded->address.empty())
            event.orig_client = report::Peer{forwarded->name, forwarded->address};
    }
    reporter.report(event, mail->recipients.empty() ? std::nullopt
                                                    : std::optional(mail->first_accepted));
    mail->log_place.reset();
}

void Session::report(std::string_view action, std::string_view at, std::string_view text,
                     const std::string* recipient) const {
    report(action, at, text, transaction(recipient));
}

void Session::report(std::string_view action, std::string_view at, std::string_view text,
                     const report::Transaction& transaction) const {
    std::string shown(text);  // what the client said may be part of it
    for (char& c : shown)
        if (is_control(c)) c = ' ';
    reporter.report(report::RequestActedOn{.queue_id = queue_id(),
                                           .action = action,
                                           .stage = at,
                                           .client = client.peer(),
                                           .text = shown,
                                           .transaction = transaction});
}

}  // namespace postern::smtpd
