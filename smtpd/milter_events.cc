// Events for milters; see the header.
#include "smtpd/milter_events.h"

#include "lib/base/strings.h"
#include "lib/milter/milters.h"
#include "smtpd/address_book.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

namespace postern::smtpd {

bool is_for_milters(const Session& session) {
    return session.milters && !session.proxied && !session.mail->actions.discards;
}

namespace milter_event {

namespace {

/// Logs what the milters said, and makes it a reply.
Task<std::optional<Reply>> take(Session& session, milter::Verdict verdict, std::string_view stage,
                                const std::string* recipient = nullptr) {
    using Kind = milter::Verdict::Kind;
    if (verdict.kind != Kind::refuse && verdict.kind != Kind::discard) co_return std::nullopt;
    co_await name_accepted(session);
    if (verdict.kind == Kind::discard) {
        session.report("milter-discard", stage, "milter triggers DISCARD action", recipient);
        if (session.mail) session.mail->actions.discards = true;   // else there is nothing yet
        co_return std::nullopt;
    }
    const Reply refusal = session.settings().soft_bounce ? verdict.reply.softened() : verdict.reply;
    session.report("milter-reject", stage, milter::logged(refusal), recipient);
    if (refusal.code == 421) session.next = Session::Next::bye;
    co_return refusal;
}

std::vector<std::string> list_of(Words words) {
    std::vector<std::string> all{std::move(words.path)};
    for (const std::string_view word : split(words.parameters, " \t")) all.emplace_back(word);
    return all;
}

/// Where mail for that address goes, for macros; who cannot tell leaves them out.
Task<void> find_route(Session& session, std::string address) {
    auto route = co_await session.house.addresses.route(session, address);
    if (route) session.mail->routes.insert_or_assign(std::move(address), std::move(*route));
}

}  // namespace

Task<std::optional<Reply>> connect(Session& session) {
    if (!session.milters) co_return std::nullopt;
    const Client& client = session.client;
    milter::ClientDetails details{client.name, client.address, client.port, client.family};
    if (client.name == "unknown") details.name = fmt::format("[{}]", client.address);
    co_return co_await take(session, co_await session.milters->connect(std::move(details)),
                            "CONNECT");
}

Task<std::optional<Reply>> helo(Session& session, std::string_view verb) {
    if (!session.milters) co_return std::nullopt;
    co_return co_await take(session, co_await session.milters->helo(session.helo), verb);
}

Task<std::optional<Reply>> mail(Session& session, Words words) {
    if (!session.milters) co_return std::nullopt;
    co_await find_route(session, session.mail->sender);
    const auto verdict = co_await session.milters->mail(list_of(std::move(words)));
    co_return co_await take(session, verdict, "MAIL");
}

/// The message has its queue id from its first recipient on.
Task<std::optional<Reply>> rcpt(Session& session, std::string address, Words words) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    co_await name_accepted(session);
    co_await find_route(session, address);
    session.mail->milter_recipient = MilterRecipient{address, std::nullopt};
    const auto verdict = co_await session.milters->rcpt(list_of(std::move(words)));
    co_return co_await take(session, verdict, "RCPT", &address);
}

Task<void> rejected_rcpt(Session& session, std::string address, Words words, Reply refusal) {
    if (!session.milters || session.mail->actions.discards) co_return;
    co_await name_accepted(session);
    session.mail->milter_recipient = MilterRecipient{std::move(address), std::move(refusal)};
    co_await session.milters->rejected_rcpt(list_of(std::move(words)));
}

/// Of the recipients, macros and the log name the first.
Task<std::optional<Reply>> data(Session& session) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    const std::string recipient =
        session.mail->recipients.empty() ? "" : session.mail->recipients.front().address;
    session.mail->milter_recipient = MilterRecipient{recipient, std::nullopt};
    co_return co_await take(session, co_await session.milters->data(),
                            session.chunks ? "BDAT" : "DATA", &recipient);
}

Task<std::optional<Reply>> unknown(Session& session, std::string command) {
    if (!session.milters) co_return std::nullopt;
    co_return co_await take(session, co_await session.milters->unknown(std::move(command)),
                            "UNKNOWN");
}

}  // namespace milter_event

}  // namespace postern::smtpd
