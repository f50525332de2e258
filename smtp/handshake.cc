// Greeting and EHLO; see the header.
#include "smtp/handshake.h"

#include "lib/base/strings.h"
#include "lib/mail/ehlo_keywords.h"
#include "smtp/protection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

/// A PIX firewall with "smtp fixup" leaves of the greeting only 2, 0, and blanks.
bool is_masked(const Reply& greeting) {
    const std::string_view text = trim(std::string_view(greeting.text).substr(std::min<std::size_t>(4, greeting.text.size())));
    return text.find('*') != text.npos && text.find_first_not_of("20* ") == text.npos;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::any_of(words, [&](const std::string& one) { return same(one, word); });
}

/// True: no extensions, HELO it is.
bool work_around_pix(Session& session, const std::vector<std::string>& workarounds) {
    if (workarounds.empty()) return false;
    session.log().info("enabling PIX workarounds: {} for {}", fmt::join(workarounds, " "),
                       session.endpoint().where_and_port());
    session.delays_final_dot = has(workarounds, "delay_dotcrlf");
    return has(workarounds, "disable_esmtp");
}

Task<std::optional<Refusal>> helo(Session& session) {
    auto heard = co_await session.ask("HELO " + session.settings().helo_name, stage::helo);
    if (const auto* broken = std::get_if<Broken>(&heard)) co_return refused(*broken);
    const Reply& reply = std::get<Reply>(heard);
    if (!reply.is_success()) co_return refused(session, reply, false);
    co_return std::nullopt;
}

Task<std::optional<Refusal>> say_hello(Session& session, const std::vector<std::string>& discarded) {
    const Settings& settings = session.settings();
    const Stage& stage = settings.is_lmtp ? stage::lhlo : stage::ehlo;
    auto heard = co_await session.ask(
        (settings.is_lmtp ? "LHLO " : "EHLO ") + settings.helo_name, stage);
    if (const auto* broken = std::get_if<Broken>(&heard)) co_return refused(*broken);
    const Reply& reply = std::get<Reply>(heard);
    if (reply.is_success()) {
        session.features = Features::parse(reply.lines, discarded);
        if (const auto words = mail::discarded_for_log(discarded); !words.empty())
            session.log().info("discarding EHLO keywords: {}", words);
        co_return std::nullopt;
    }
    // A server from before RFC 1869 knows HELO only, and one that is busy with EHLO may take it; one
    // that says 421 is gone.
    if (!settings.is_lmtp && session.is_usable())
        co_return co_await helo(session);
    co_return refused(session, reply, false);
}

// TLS

Refusal insecure(mail::StatusCode status, std::string text) { return {status, std::move(text), "", true, false}; }

/// The handshake, and whether the server is the one that is wanted.
Task<std::optional<Refusal>> protect(Session& session, const Protection& protection) {
    if (!protection.tls.is_available())
        co_return insecure({4, 7, 5}, "TLS is required, but our TLS engine is unavailable");
    if (auto made = co_await protection.tls.secure(session, protection.nexthop, protection.policy); !made) {
        protection.tell(session, TlsFailure::validation_failure, made.error().text);
        Refusal failure = insecure({4, 7, 5}, "Cannot start TLS: handshake failure");
        failure.is_tls_failure = true;
        co_return failure;
    }
    const auto failure = protection.failure_of(session);
    protection.tell(session, failure);
    if (!failure || !tls::must_match(protection.policy.level)) co_return std::nullopt;
    if (protection.policy.failure) protection.tls.report_unverified(session, name_of(*failure));
    co_return insecure({4, 7, 5}, "Server certificate not verified");
}

/// A reply that is there before its command was sent is somebody else's.
bool is_hijacked(Session& session, const Protection& protection) {
    return protection.tls.blocks_early_replies() && !session.stream().buffered().empty();
}

Task<std::optional<Refusal>> start_tls(Session& session, const std::vector<std::string>& discarded,
                                       const Protection& protection) {
    const bool is_needed = tls::must_encrypt(protection.policy.level);
    const std::string where = session.endpoint().where();
    if (!session.features.starttls) {
        protection.tell(session, TlsFailure::starttls_not_supported);
        if (!is_needed) co_return std::nullopt;
        co_return insecure({4, 7, 4}, fmt::format("TLS is required, but was not offered by host {}", where));
    }
    if (!protection.tls.is_available() && !is_needed) co_return std::nullopt;
    if (!protection.tls.is_available())
        co_return insecure({4, 7, 5}, "TLS is required, but our TLS engine is unavailable");
    auto heard = co_await session.ask("STARTTLS", stage::starttls);
    if (const auto* broken = std::get_if<Broken>(&heard)) co_return refused(*broken);
    const Reply& reply = std::get<Reply>(heard);
    if (!reply.is_success()) {
        protection.tell(session, TlsFailure::starttls_not_supported, reply.text);
        if (!is_needed) co_return std::nullopt;
        co_return Refusal{reply.status,
                          fmt::format("TLS is required, but host {} refused to start TLS: {}", where, reply.text),
                          reply.text};
    }
    if (auto no = co_await protect(session, protection)) co_return no;
    session.features = {};   // what was announced in clear may have been anybody's (RFC 3207 section 4.2)
    if (auto no = co_await say_hello(session, discarded)) co_return no;
    if (is_hijacked(session, protection)) {
        session.give_up();
        co_return insecure({4, 7, 0}, fmt::format("Protocol error: host {} sent a reply before its command", where));
    }
    co_return std::nullopt;
}

}  // namespace

Task<std::optional<Refusal>> shake_hands(Session& session, Quirks quirks, const Protection* protection) {
    const std::vector<std::string>& discarded = quirks.discarded_keywords;
    const Settings& settings = session.settings();
    if (protection && protection->tls.comes_first())
        if (auto no = co_await protect(session, *protection)) co_return no;
    auto greeting = co_await session.hear(stage::greeting);
    if (const auto* broken = std::get_if<Broken>(&greeting)) co_return refused(*broken);
    const Reply& welcome = std::get<Reply>(greeting);
    if (!welcome.is_success())
        co_return refused(session, welcome, settings.skip_5xx_greeting);
    const bool is_simple = is_masked(welcome) && work_around_pix(session, quirks.pix_workarounds);
    auto no = sends_ehlo(settings, welcome) && !is_simple ? co_await say_hello(session, discarded) : co_await helo(session);
    if (no || !protection || session.tls) co_return no;
    if (protection->policy.level != tls::Level::none)
        co_return co_await start_tls(session, discarded, *protection);
    if (session.features.starttls) protection->tls.note_offer(session);
    co_return std::nullopt;
}

}  // namespace postern::smtp
