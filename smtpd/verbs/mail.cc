// MAIL (RFC 5321 section 4.1.1.2).
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/chunk.h"
#include "smtpd/free_space.h"
#include "smtpd/lists.h"
#include "smtpd/milter_events.h"
#include "smtpd/parameters.h"
#include "smtpd/path.h"
#include "smtpd/proxied_mail.h"
#include "smtpd/rates.h"
#include "smtpd/rules/due_lists.h"
#include "smtpd/submission.h"

namespace postern::smtpd::verb {

namespace {

Reply bad_sender() {
    return reply(501, "5.1.7", "Bad sender address syntax");
}

std::optional<Reply> out_of_order(const Session& session) {
    if (session.settings().smtpd_helo_required && session.helo.empty())
        return reply(503, "5.5.1", "Error: send HELO/EHLO first");
    if (session.mail) return reply(503, "5.5.1", "Error: nested MAIL command");
    return std::nullopt;
}

std::optional<Reply> too_big(const Session& session) {
    const auto limit = session.settings().message_size_limit;
    const auto size = session.mail->parameters.size;
    if (limit > 0 && size > limit)
        return session.refuse(reply(552, "5.3.4", "Message size exceeds fixed limit"), "MAIL");
    if (!session.house.queue_space.has_room())
        return session.refuse(reply(452, "4.3.1", "Insufficient system storage"), "MAIL");
    return std::nullopt;
}

Task<std::optional<Reply>> refusal(Session& session, std::string path) {
    if (co_await session.house.addresses.is_malformed(session, session.mail->sender)) {
        warn_of_syntax(session, "MAIL", path);
        co_return bad_sender();
    }
    if (auto no = co_await session.house.rates.count_message(session)) co_return no;
    if (auto no = too_big(session)) co_return no;
    if (!session.settings().smtpd_delay_reject) co_return co_await check_sender(session);
    co_return std::nullopt;
}

/// Whether header fields are completed as for our own users.
Task<bool> is_local_context(const Session& session) {
    if (session.forwarded && !session.forwarded->source.empty())
        co_return same(session.forwarded->source, "LOCAL");
    auto local = co_await session.house.lists.is_rewrite_client(session.client);
    co_return local&&* local;  // could not tell: as mail from outside
}

/// Does not wait for a recipient.
Task<std::optional<Reply>> open_early(Session& session) {
    if (session.house.proxy_filter) co_return co_await begin_proxied_mail(session);
    co_await name_message(session);
    co_return std::nullopt;
}

Task<Reply> begin(Session& session, mail::PathArgument path, MailParameters parameters) {
    session.chunks.reset();  // of BDAT commands that had no transaction
    session.mail = std::make_unique<Transaction>();
    session.mail->sender = std::move(path.address);
    session.mail->command = session.command;
    session.mail->parameters = std::move(parameters);
    if (session.mail->parameters.sasl_sender != "<>")
        session.mail->sasl_sender = session.mail->parameters.sasl_sender;
    session.mail->began = session.house.loop.clock().wall();
    if (auto no = co_await refusal(session, std::string(path.path))) {
        session.end_transaction();
        co_return *no;
    }
    if (auto no = co_await milter_event::mail(
            session, {std::string(path.path), std::string(path.parameters)})) {
        session.end_transaction();
        co_return *no;
    }
    session.mail->is_local_context = co_await is_local_context(session);
    if (!session.settings().smtpd_delay_open_until_valid_rcpt)
        if (auto no = co_await open_early(session)) {
            session.end_transaction();
            co_return *no;
        }
    co_return reply(250, "2.1.0", "Ok");
}

}  // namespace

Answer<Reply> mail(Session& session, std::string_view arguments) {
    if (auto no = out_of_order(session)) return *no;
    const auto text = after_keyword(arguments, "FROM:");
    if (!text) return reply(501, "5.5.4", "Syntax: MAIL FROM:<address>");
    auto path = take_path(session, *text, "MAIL", true, bad_sender());
    if (auto* no = std::get_if<Reply>(&path)) return std::move(*no);
    auto& found = std::get<postern::mail::PathArgument>(path);
    MailParameters parameters;
    if (auto no = take_mail_parameters(session, found.parameters, parameters)) return *no;
    if (auto no = undeclared_utf8(session, found.address, parameters.is_smtputf8)) return *no;
    if (!parameters.verp_delimiters.empty() && found.address.empty())
        return reply(503, "5.5.4", "Error: XVERP requires non-null sender");
    return begin(session, std::move(found), std::move(parameters));
}

}  // namespace postern::smtpd::verb
