// XFORWARD: a filter says whose mail it hands back, for logs and headers (XFORWARD_README).
#include "lib/base/strings.h"
#include "smtpd/session.h"
#include "smtpd/xattributes.h"

namespace postern::smtpd::verb {

namespace {

constexpr struct {
    std::string_view name;
    std::string ForwardedClient::* member;
} attributes[] = {
    {"NAME", &ForwardedClient::name}, {"ADDR", &ForwardedClient::address},
    {"PORT", &ForwardedClient::port}, {"PROTO", &ForwardedClient::protocol},
    {"HELO", &ForwardedClient::helo}, {"IDENT", &ForwardedClient::ident},
    {"SOURCE", &ForwardedClient::source},
};

bool take(const XAttribute& attribute, ForwardedClient& forwarded) {
    for (const auto& known : attributes) {
        if (known.name != attribute.name) continue;
        forwarded.*known.member = attribute.value;
        return true;
    }
    return false;
}

}  // namespace

Answer<Reply> xforward(Session& session, std::string_view arguments) {
    if (session.mail) return reply(503, "5.5.1", "Error: MAIL transaction in progress");
    if (!session.may_xforward) return reply(550, "5.7.0", "Error: insufficient authorization");
    auto parsed = parse_xattributes(arguments, "XFORWARD");
    if (auto* no = std::get_if<Reply>(&parsed)) return std::move(*no);
    ForwardedClient forwarded = session.forwarded ? *session.forwarded : ForwardedClient();
    for (const XAttribute& attribute : std::get<std::vector<XAttribute>>(parsed))
        if (!take(attribute, forwarded)) return bad_xattribute(attribute);
    session.forwarded = std::make_unique<ForwardedClient>(std::move(forwarded));
    return ok();
}

}  // namespace postern::smtpd::verb
