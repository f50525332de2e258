// STARTTLS (RFC 3207).
#include "smtpd/extensions.h"
#include "smtpd/rates.h"
#include "smtpd/session.h"
#include "smtpd/tls.h"

namespace postern::smtpd::verb {

namespace {

Task<Reply> start(Session& session) {
    if (auto no = co_await session.house.rates.limit_tls(session)) co_return *no;
    session.next = Session::Next::handshake;
    co_return reply(220, "2.0.0", "Ready to start TLS");
}

}  // namespace

Answer<Reply> starttls(Session& session, std::string_view arguments) {
    if (!arguments.empty()) return reply(501, "5.5.4", "Syntax: STARTTLS");
    if (session.is_encrypted) return reply(554, "5.5.1", "Error: TLS already active");
    const Tls* tls = session.house.tls;
    if (!tls || !tls->is_offered() || !offers(session, "STARTTLS"))
        return reply(502, "5.5.1", "Error: command not implemented");
    if (!tls->is_available()) return reply(454, "4.7.0", "TLS not available due to local problem");
    return start(session);
}

}  // namespace postern::smtpd::verb
