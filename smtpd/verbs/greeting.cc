// HELO and EHLO (RFC 5321 section 4.1.1.1).
#include "lib/base/strings.h"
#include "lib/mail/ehlo_keywords.h"
#include "smtpd/extensions.h"
#include "smtpd/milter_events.h"
#include "smtpd/rules/due_lists.h"
#include "smtpd/sasl.h"

namespace postern::smtpd::verb {

namespace {

/// What a name may not bring into headers and logs.
std::string fit_name(std::string_view name) {
    std::string fit = printable(name);
    for (char& c : fit)
        if (std::string_view(" <>()\\\";@").find(c) != std::string_view::npos) c = '?';
    return fit;
}

/// The session starts anew under that name.
void greet(Session& session, std::string name, bool is_esmtp) {
    session.end_transaction();
    session.helo = std::move(name);
    session.is_esmtp = is_esmtp;
    if (!is_esmtp) return;
    if (const auto words = postern::mail::discarded_for_log(session.discarded_keywords); !words.empty())
        session.reporter.log().info("discarding EHLO keywords: {}", words);
}

Task<Reply> greet_checked(Session& session, std::string name, bool is_esmtp, Reply welcome) {
    session.end_transaction();
    session.helo = name;
    const std::string_view verb = is_esmtp ? "EHLO" : "HELO";
    auto no = co_await milter_event::helo(session, verb);
    // With smtpd_delay_reject the milters' answer comes with MAIL, again.
    const bool is_delayed = session.settings().smtpd_delay_reject;
    if (is_delayed && no && no->code != 421) no.reset();
    if (!is_delayed && !no) no = co_await check_helo(session, verb);
    if (no) {
        session.helo.clear();
        co_return *no;
    }
    greet(session, std::move(name), is_esmtp);
    co_return welcome;
}

Answer<Reply> greet_by(Session& session, std::string name, bool is_esmtp, Reply welcome) {
    if (!session.settings().smtpd_delay_reject || session.milters)
        return greet_checked(session, std::move(name), is_esmtp, std::move(welcome));
    greet(session, std::move(name), is_esmtp);
    return welcome;
}

/// Which mechanisms there are, a service outside says.
Task<Reply> greet_with_login(Session& session, std::string name) {
    const Authentication& authentication = *session.house.authentication;
    session.sasl_mechanisms.clear();
    if (!co_await authentication.is_excepted(session)) {
        auto offered = co_await authentication.mechanisms(session);
        if (offered) session.sasl_mechanisms = std::move(*offered);
    }
    co_return co_await greet_by(session, std::move(name), true, announcement(session));
}

}  // namespace

Answer<Reply> helo(Session& session, std::string_view arguments) {
    const auto words = split(arguments, " \t");
    if (words.empty()) return reply(501, "", "Syntax: HELO hostname");
    return greet_by(session, fit_name(words[0]), false,
                    reply(250, "", session.settings().myhostname));
}

Answer<Reply> ehlo(Session& session, std::string_view arguments) {
    const auto words = split(arguments, " \t");
    if (words.empty()) return reply(501, "", "Syntax: EHLO hostname");
    if (session.house.authentication) return greet_with_login(session, fit_name(words[0]));
    return greet_by(session, fit_name(words[0]), true, announcement(session));
}

}  // namespace postern::smtpd::verb
