// Events for milters; see the header.
#include "smtpd/milter_events.h"

#include "lib/base/strings.h"
#include "lib/milter/milters.h"
#include "smtpd/address_book.h"
#include "smtpd/submission.h"

#include <fmt/format.h>

namespace postern::smtpd {

bool is_for_milters(const Session& session) {
    return session.milters && !session.proxied && session.settings().uses_milters && !session.mail->actions.discards;
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
        session.mail->actions.discards = true;
        co_return std::nullopt;
    }
    const Reply refusal = session.settings().soft_bounce ? softened(verdict.reply) : verdict.reply;
    session.report("milter-reject", stage, refusal.one_line(), recipient);
    if (refusal.code == 421) session.next = Session::Next::bye;
    co_return refusal;
}

std::vector<std::string> words(std::string_view address, std::string_view parameters) {
    std::vector<std::string> all{fmt::format("<{}>", address)};
    for (const std::string_view word : split(parameters, " \t")) all.emplace_back(word);
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

Task<std::optional<Reply>> mail(Session& session, std::string parameters) {
    if (!session.milters) co_return std::nullopt;
    co_await find_route(session, session.mail->sender);
    const auto verdict =
        co_await session.milters->mail(words(session.mail->sender, parameters));
    co_return co_await take(session, verdict, "MAIL");
}

Task<std::optional<Reply>> rcpt(Session& session, std::string address, std::string parameters) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    co_await find_route(session, address);
    session.mail->milter_recipient = MilterRecipient{address, std::nullopt};
    const auto verdict = co_await session.milters->rcpt(words(address, parameters));
    co_return co_await take(session, verdict, "RCPT", &address);
}

Task<void> rejected_rcpt(Session& session, std::string address, std::string parameters, Reply refusal) {
    if (!session.milters || session.mail->actions.discards) co_return;
    session.mail->milter_recipient = MilterRecipient{address, std::move(refusal)};
    co_await session.milters->rejected_rcpt(words(address, parameters));
}

Task<std::optional<Reply>> data(Session& session) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    const std::string recipient =
        session.mail->recipients.empty() ? "" : session.mail->recipients.front().address;
    co_return co_await take(session, co_await session.milters->data(), "DATA", &recipient);
}

Task<std::optional<Reply>> unknown(Session& session, std::string command) {
    if (!session.milters) co_return std::nullopt;
    co_return co_await take(session, co_await session.milters->unknown(std::move(command)),
                            "UNKNOWN");
}

}  // namespace milter_event

}  // namespace postern::smtpd
