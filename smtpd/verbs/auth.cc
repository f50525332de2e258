// AUTH (RFC 4954 section 4): the exchange itself is for the dialogue to hold.
#include "lib/base/strings.h"
#include "smtpd/extensions.h"
#include "smtpd/rates.h"
#include "smtpd/sasl.h"

namespace postern::smtpd::verb {

namespace {

std::optional<Reply> out_of_order(const Session& session) {
    if (session.settings().smtpd_helo_required && session.helo.empty())
        return reply(503, "5.5.1", "Error: send HELO/EHLO first");
    const Authentication* authentication = session.house.authentication;
    const bool is_open =
        authentication && (session.is_encrypted || !authentication->needs_encryption());
    if (!is_open || !offers(session, "AUTH"))
        return reply(503, "5.5.1", "Error: authentication not enabled");
    if (session.mail) return reply(503, "5.5.1", "Error: MAIL transaction in progress");
    if (session.login) return reply(503, "5.5.1", "Error: already authenticated");
    return std::nullopt;
}

Task<Reply> begin(Session& session, std::unique_ptr<LoginRequest> request) {
    if (auto no = co_await session.house.rates.count_authentication(session)) co_return *no;
    session.login_request = std::move(request);
    session.next = Session::Next::login;
    co_return Reply();
}

}  // namespace

Answer<Reply> auth(Session& session, std::string_view arguments) {
    if (auto no = out_of_order(session)) return *no;
    const auto words = split(arguments, " \t");
    if (words.empty() || words.size() > 2) return reply(501, "5.5.4", "Syntax: AUTH mechanism");
    auto request = std::make_unique<LoginRequest>();
    request->mechanism = upper(printable(words[0], 40));
    if (words.size() == 2) request->initial.emplace(std::string(words[1]));
    return begin(session, std::move(request));
}

}  // namespace postern::smtpd::verb
