// Greeting and EHLO; see the header.
#include "smtp/handshake.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

Refusal refused(const Session& session, const Reply& reply, bool skip_permanent) {
    const bool is_permanent = reply.is_permanent() && !skip_permanent;
    mail::StatusCode status = reply.status;
    // A server that greets with 5xx may have a neighbour that does not.
    if (!is_permanent) status = status.as(4);
    return {status,
            fmt::format("host {} refused to talk to me: {}", session.endpoint().where(),
                        reply.text),
            reply.text, !is_permanent};
}

Refusal refused(const Broken& broken) {
    return {{4, static_cast<std::uint16_t>(broken.kind == Broken::protocol ? 5 : 4),
             static_cast<std::uint16_t>(broken.kind == Broken::protocol ? 0 : 2)},
            broken.text, "", true};
}

/// smtp_always_send_ehlo, smtp_never_send_ehlo, and what the greeting says of ESMTP.
bool sends_ehlo(const Settings& settings, const Reply& greeting) {
    if (settings.never_send_ehlo) return false;
    if (settings.always_send_ehlo) return true;
    for (const std::string_view word : split(greeting.text, " \t"))
        if (same(word, "ESMTP")) return true;
    return false;
}

Task<std::optional<Refusal>> helo(Session& session) {
    auto heard = co_await session.ask("HELO " + session.settings().helo_name, stage::helo);
    if (const auto* broken = std::get_if<Broken>(&heard)) co_return refused(*broken);
    const Reply& reply = std::get<Reply>(heard);
    if (!reply.is_success()) co_return refused(session, reply, false);
    co_return std::nullopt;
}

}  // namespace

Task<std::optional<Refusal>> shake_hands(Session& session, std::vector<std::string> discarded) {
    const Settings& settings = session.settings();
    auto greeting = co_await session.hear(stage::greeting);
    if (const auto* broken = std::get_if<Broken>(&greeting)) co_return refused(*broken);
    const Reply& welcome = std::get<Reply>(greeting);
    if (!welcome.is_success())
        co_return refused(session, welcome, settings.skip_5xx_greeting);
    if (!sends_ehlo(settings, welcome)) co_return co_await helo(session);

    const Stage& stage = settings.is_lmtp ? stage::lhlo : stage::ehlo;
    auto heard = co_await session.ask(
        (settings.is_lmtp ? "LHLO " : "EHLO ") + settings.helo_name, stage);
    if (const auto* broken = std::get_if<Broken>(&heard)) co_return refused(*broken);
    const Reply& reply = std::get<Reply>(heard);
    if (reply.is_success()) {
        session.features = Features::parse(reply.lines, discarded);
        co_return std::nullopt;
    }
    // A server from before RFC 1869 knows HELO only; one that says 421 is gone.
    if (reply.is_permanent() && !settings.is_lmtp && session.is_usable())
        co_return co_await helo(session);
    co_return refused(session, reply, false);
}

}  // namespace postern::smtp
