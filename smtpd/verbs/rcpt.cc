// RCPT (RFC 5321 section 4.1.1.3).
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/milter_events.h"
#include "smtpd/parameters.h"
#include "smtpd/path.h"
#include "smtpd/proxied_mail.h"
#include "smtpd/rates.h"
#include "smtpd/rules/due_lists.h"

namespace postern::smtpd::verb {

namespace {

Reply bad_recipient() {
    return reply(501, "5.1.3", "Bad recipient address syntax");
}

/// The excess beyond smtpd_recipient_overshoot_limit counts as errors.
std::optional<Reply> too_many(Session& session) {
    const Settings& settings = session.settings();
    Transaction& mail = *session.mail;
    if (mail.recipients.size() < settings.smtpd_recipient_limit) return std::nullopt;
    session.is_error_forgiven = ++mail.overshoot <= settings.smtpd_recipient_overshoot_limit;
    return reply(452, "4.5.3", "Error: too many recipients");
}

Task<std::optional<Reply>> refusal(Session& session, const std::string& address,
                                   std::string_view path) {
    if (co_await session.house.addresses.is_malformed(session, address)) {
        warn_of_syntax(session, "RCPT", path);
        co_return bad_recipient();
    }
    if (auto no = co_await session.house.rates.count_recipient(session)) co_return no;
    co_return co_await check_recipient(session, address);
}

/// The filter before the queue hears of recipients that we take ourselves.
Task<std::optional<Reply>> tell_filter(Session& session, std::string command) {
    if (!session.proxied)
        if (auto no = co_await begin_proxied_mail(session)) co_return no;
    co_return co_await session.proxied->rcpt(std::move(command));
}

/// Where its line in the log belongs, unless that is written.
void note_first(const Session& session) {
    session.mail->first_accepted = session.house.loop.clock().wall();
    if (!session.proxied && session.queue_id().empty())
        session.mail->log_place.emplace(session.reporter.log().book());
}

Task<Reply> add(Session& session, std::string path, std::string parameters,
                AcceptedRecipient recipient) {
    std::string command(session.command);
    if (auto no = co_await refusal(session, recipient.address, path)) {
        co_await milter_event::rejected_rcpt(session, recipient.address, {path, parameters}, *no);
        co_return *no;
    }
    if (auto no = co_await milter_event::rcpt(session, recipient.address, {path, parameters}))
        co_return *no;
    if (session.house.proxy_filter)
        if (auto no = co_await tell_filter(session, command)) co_return *no;
    if (session.mail->recipients.empty()) note_first(session);
    session.mail->recipients.push_back(std::move(recipient));
    co_return reply(250, "2.1.5", "Ok");
}

}  // namespace

Answer<Reply> rcpt(Session& session, std::string_view arguments) {
    if (!session.mail) return reply(503, "5.5.1", "Error: need MAIL command");
    if (session.chunks) return reply(503, "5.5.1", "Error: RCPT after BDAT");
    const auto text = after_keyword(arguments, "TO:");
    if (!text) return reply(501, "5.5.4", "Syntax: RCPT TO:<address>");
    auto path = take_path(session, *text, "RCPT", false, bad_recipient());
    if (auto* no = std::get_if<Reply>(&path)) return std::move(*no);
    auto& found = std::get<postern::mail::PathArgument>(path);
    if (auto no = undeclared_utf8(session, found.address, session.mail->parameters.is_smtputf8))
        return *no;
    AcceptedRecipient recipient;
    recipient.address = std::move(found.address);
    if (auto no = take_rcpt_parameters(session, found.parameters, recipient)) return *no;
    if (auto no = too_many(session)) return *no;
    return add(session, std::string(found.path), std::string(found.parameters),
               std::move(recipient));
}

}  // namespace postern::smtpd::verb
