// VRFY (RFC 5321 section 4.1.1.6).
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/path.h"
#include "smtpd/rules/due_lists.h"

namespace postern::smtpd::verb {

namespace {

Task<Reply> verify(Session& session, std::string text, std::string address) {
    if (auto no = co_await check_vrfy(session, address)) co_return *no;
    co_return reply(252, "2.0.0", printable(text));
}

/// "VRFY address SMTPUTF8" (RFC 6531 section 3.7.4.2): takes the word off.
bool takes_utf8(const Session& session, std::string_view& arguments) {
    constexpr std::string_view word = " SMTPUTF8";
    if (!session.settings().smtputf8_enable || arguments.size() <= word.size()) return false;
    const auto end = arguments.size() - word.size();
    if (!same(arguments.substr(end), word)) return false;
    arguments = trim(arguments.substr(0, end));
    return true;
}

}  // namespace

Answer<Reply> vrfy(Session& session, std::string_view arguments) {
    if (session.settings().disable_vrfy_command)
        return reply(502, "5.5.1", "VRFY command is disabled");
    if (arguments.empty()) return reply(501, "5.5.4", "Syntax: VRFY address [SMTPUTF8]");
    const Reply bad_syntax = reply(501, "5.1.3", "Bad recipient address syntax");
    const std::string_view asked = arguments;
    const bool is_declared = takes_utf8(session, arguments);
    auto path = take_path(session, arguments, "VRFY", false, bad_syntax);
    if (auto* no = std::get_if<Reply>(&path)) return std::move(*no);
    auto& found = std::get<postern::mail::PathArgument>(path);
    if (!found.parameters.empty() || found.address.ends_with('@')) {
        warn_of_syntax(session, "VRFY", asked);
        return bad_syntax;
    }
    if (auto no = undeclared_utf8(session, found.address, is_declared)) return *no;
    return verify(session, std::string(arguments), std::move(found.address));
}

}  // namespace postern::smtpd::verb
