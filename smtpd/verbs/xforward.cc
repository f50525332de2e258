// XFORWARD: a filter says whose mail it hands back, for logs and headers (XFORWARD_README).
#include "lib/base/strings.h"
#include "lib/mail/hostname.h"
#include "smtpd/session.h"
#include "smtpd/xattributes.h"

namespace postern::smtpd::verb {

namespace {

bool any(std::string_view) {
    return true;
}
bool is_address(std::string_view value) {
    if (starts_with_same(value, "IPv6:")) value.remove_prefix(5);
    return postern::mail::is_valid_ip(value);
}
bool is_source(std::string_view value) {
    return same(value, "LOCAL") || same(value, "REMOTE");
}

constexpr struct {
    std::string_view name;
    std::string ForwardedClient::*member;
    bool (*is_valid)(std::string_view value);
} attributes[] = {
    {"NAME", &ForwardedClient::name, postern::mail::is_valid_hostname},
    {"ADDR", &ForwardedClient::address, is_address},
    {"PORT", &ForwardedClient::port, is_all_digits},
    {"PROTO", &ForwardedClient::protocol, any},
    {"HELO", &ForwardedClient::helo, any},
    {"IDENT", &ForwardedClient::ident, any},
    {"SOURCE", &ForwardedClient::source, is_source},
};

std::optional<Reply> take(const XAttribute& attribute, ForwardedClient& forwarded) {
    for (const auto& known : attributes) {
        if (known.name != attribute.name) continue;
        if (attribute.state == XAttribute::State::given && !known.is_valid(attribute.value))
            return bad_xattribute(attribute);
        forwarded.*known.member = attribute.value;
        return std::nullopt;
    }
    return unknown_xattribute("XFORWARD", attribute);
}

}  // namespace

Answer<Reply> xforward(Session& session, std::string_view arguments) {
    if (session.mail) return reply(503, "5.5.1", "Error: MAIL transaction in progress");
    if (!session.may_xforward) return reply(550, "5.7.0", "Error: insufficient authorization");
    auto parsed = parse_xattributes(arguments, "XFORWARD");
    if (auto* no = std::get_if<Reply>(&parsed)) return std::move(*no);
    ForwardedClient forwarded = session.forwarded ? *session.forwarded : ForwardedClient();
    for (const XAttribute& attribute : std::get<std::vector<XAttribute>>(parsed))
        if (auto no = take(attribute, forwarded)) return *no;
    session.forwarded = std::make_unique<ForwardedClient>(std::move(forwarded));
    return ok();
}

}  // namespace postern::smtpd::verb
