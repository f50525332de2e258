// Macros; see the header.
#include "smtpd/milter_macros.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

using Value = std::optional<std::string>;

Value known(std::string_view value) { return value.empty() ? Value() : Value(value); }

const service::Route* route_of(const Session& session, std::string_view address) {
    if (!session.mail) return nullptr;
    const auto found = session.mail->routes.find(address);
    return found == session.mail->routes.end() ? nullptr : &found->second;
}

Value client_addr(const Session& session) {
    return session.client.family == AF_INET6 ? "IPv6:" + session.client.address : session.client.address;
}
Value client_and_address(const Session& session) {
    return fmt::format("{} [{}]", session.client.name, session.client.address);
}
Value client_name(const Session& session) { return session.client.name; }
Value client_port(const Session& session) { return std::to_string(session.client.port); }
Value client_ptr(const Session& session) { return session.client.reverse_name; }
/// While the message itself is looked at, the macros of its envelope and of other sessions are over.
bool is_at_content(const Session& session) { return session.mail && session.mail->is_at_content; }

Value client_connections(const Session& session) {
    return is_at_content(session) ? Value() : Value(std::to_string(session.open_connections));
}
Value daemon_addr(const Session& session) {
    return session.local.is_ip() ? Value(client_at(session.local).mail_address()) : Value();
}
Value daemon_port(const Session& session) {
    return session.local.is_ip() ? Value(std::to_string(session.local.port())) : Value();
}

Value queue_id(const Session& session) { return session.mail ? known(session.mail->queue_id) : Value(); }

/// As it has been resolved, and folded, in the form of SMTP.
Value shown_address(const Session& session, const std::string& address) {
    const auto* route = route_of(session, address);
    const bool is_known = route && !address.empty() && !route->recipient.empty();
    return lower(postern::mail::external(is_known ? route->recipient : address));
}

bool knows_sender(const Session& session) { return session.mail && !is_at_content(session); }
Value mail_addr(const Session& session) {
    return knows_sender(session) ? shown_address(session, session.mail->sender) : Value();
}
Value mail_host(const Session& session) {
    const auto* route = knows_sender(session) ? route_of(session, session.mail->sender) : nullptr;
    return route ? Value(route->nexthop) : Value();
}
Value mail_mailer(const Session& session) {
    const auto* route = knows_sender(session) ? route_of(session, session.mail->sender) : nullptr;
    return route ? Value(route->transport) : Value();
}

/// "<user@domain>: text" without the address.
std::string reason_of(const std::string& text) {
    const auto end = text.starts_with('<') ? text.find(">: ") : text.npos;
    return end == text.npos ? text : text.substr(end + 3);
}

/// Of a recipient that we refuse: why, instead of where it would go.
const MilterRecipient* recipient(const Session& session) {
    const bool is_known = session.mail && session.mail->milter_recipient && !is_at_content(session);
    return is_known ? &*session.mail->milter_recipient : nullptr;
}
Value rcpt_addr(const Session& session) {
    const auto* now = recipient(session);
    if (!now) return {};
    return now->refusal ? Value(reason_of(now->refusal->text)) : shown_address(session, now->address);
}
Value rcpt_host(const Session& session) {
    const auto* now = recipient(session);
    if (!now) return {};
    if (now->refusal) return now->refusal->status ? now->refusal->status->text() : "";
    const auto* route = route_of(session, now->address);
    return route ? Value(route->nexthop) : Value();
}
Value rcpt_mailer(const Session& session) {
    const auto* now = recipient(session);
    if (!now) return {};
    if (now->refusal) return "error";
    const auto* route = route_of(session, now->address);
    return route ? Value(route->transport) : Value();
}

Value auth_type(const Session& session) { return session.login ? Value(session.login->method) : Value(); }
Value auth_authen(const Session& session) { return session.login ? Value(session.login->username) : Value(); }
Value auth_author(const Session& session) { return session.mail ? known(session.mail->sasl_sender) : Value(); }

Value tls_version(const Session& session) { return session.tls ? Value(session.tls->protocol) : Value(); }
Value tls_cipher(const Session& session) { return session.tls ? Value(session.tls->cipher) : Value(); }
Value tls_bits(const Session& session) { return session.tls ? Value(std::to_string(session.tls->bits)) : Value(); }
Value tls_sni(const Session& session) { return session.tls ? known(session.tls->server_name) : Value(); }
Value cert_subject(const Session& session) { return session.tls ? known(session.tls->peer.subject) : Value(); }
Value cert_issuer(const Session& session) { return session.tls ? known(session.tls->peer.issuer) : Value(); }

constexpr struct {
    std::string_view name;
    Value (*value)(const Session&);
} session_macros[] = {
    {"_", client_and_address},      {"i", queue_id},
    {"{client_addr}", client_addr}, {"{client_name}", client_name},
    {"{client_port}", client_port}, {"{client_ptr}", client_ptr},
    {"{client_connections}", client_connections},
    {"{daemon_addr}", daemon_addr}, {"{daemon_port}", daemon_port},
    {"{mail_addr}", mail_addr},     {"{mail_host}", mail_host},
    {"{mail_mailer}", mail_mailer}, {"{rcpt_addr}", rcpt_addr},
    {"{rcpt_host}", rcpt_host},     {"{rcpt_mailer}", rcpt_mailer},
    {"{auth_type}", auth_type},     {"{auth_authen}", auth_authen},
    {"{auth_author}", auth_author}, {"{tls_version}", tls_version},
    {"{cipher}", tls_cipher},       {"{cipher_bits}", tls_bits},
    {"{tls_sni}", tls_sni},         {"{cert_subject}", cert_subject},
    {"{cert_issuer}", cert_issuer},
};

}  // namespace

std::optional<std::string> session_macro(const Session& session, std::string_view name) {
    for (const auto& macro : session_macros)
        if (macro.name == name) return macro.value(session);
    return std::nullopt;
}

}  // namespace postern::smtpd
