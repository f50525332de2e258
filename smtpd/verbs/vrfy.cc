// VRFY (RFC 5321 section 4.1.1.6).
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/path.h"
#include "smtpd/rules/evaluation.h"

namespace postern::smtpd::verb {

namespace {

Task<Reply> verify(Session& session, std::string text, std::string address) {
    if (auto no = co_await check_vrfy(session, address)) co_return *no;
    co_return reply(252, "2.0.0", printable(text));
}

}  // namespace

Answer<Reply> vrfy(Session& session, std::string_view arguments) {
    if (session.settings().disable_vrfy_command)
        return reply(502, "5.5.1", "VRFY command is disabled");
    if (arguments.empty()) return reply(501, "5.5.4", "Syntax: VRFY address [SMTPUTF8]");
    const Reply bad_syntax = reply(501, "5.1.3", "Bad recipient address syntax");
    auto path = take_path(session, arguments, "VRFY", false, bad_syntax);
    if (auto* no = std::get_if<Reply>(&path)) return std::move(*no);
    auto& found = std::get<postern::mail::PathArgument>(path);
    if (!found.parameters.empty() || found.address.ends_with('@')) return bad_syntax;
    return verify(session, std::string(arguments), std::move(found.address));
}

}  // namespace postern::smtpd::verb
