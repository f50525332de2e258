// XCLIENT: an authorized proxy says for whom it speaks (XCLIENT_README).
#include "lib/base/strings.h"
#include "lib/mail/hostname.h"
#include "smtpd/session.h"
#include "smtpd/xattributes.h"

namespace postern::smtpd::verb {

namespace {

using State = XAttribute::State;

dns::NameStatus status_of(const XAttribute& attribute) {
    switch (attribute.state) {
        case State::given:
            return dns::NameStatus::ok;
        case State::unavailable:
            return dns::NameStatus::permanent;
        case State::temporarily_unavailable:
            break;
    }
    return dns::NameStatus::temporary;
}

/// What the proxy says, put together before any of it counts.
struct Told {
    Client client;
    std::string helo;
    bool is_esmtp;
    std::optional<Login> login;
    event::SocketAddress local;
};

using Take = bool (*)(const XAttribute&, Told&);

bool take_host(const XAttribute& attribute, std::string& name, dns::NameStatus& status) {
    if (attribute.state == State::given && !mail::is_valid_hostname(attribute.value)) return false;
    name = attribute.state == State::given ? attribute.value : "unknown";
    status = status_of(attribute);
    return true;
}

bool take_name(const XAttribute& attribute, Told& told) {
    return take_host(attribute, told.client.name, told.client.name_status);
}
bool take_reverse_name(const XAttribute& attribute, Told& told) {
    return take_host(attribute, told.client.reverse_name, told.client.reverse_name_status);
}

bool take_address(const XAttribute& attribute, Told& told) {
    if (attribute.state != State::given) {
        told.client.address = "unknown";
        told.client.family = 0;
        return true;
    }
    std::string_view address = attribute.value;
    if (starts_with_same(address, "IPv6:")) address.remove_prefix(5);
    const auto canonical = mail::canonical_ip(address);
    if (!canonical) return false;
    told.client.address = *canonical;
    told.client.family = canonical->find(':') == std::string::npos ? AF_INET : AF_INET6;
    return true;
}

bool take_port(const XAttribute& attribute, Told& told) {
    const auto port = attribute.state == State::given ? parse_number(attribute.value) : 0;
    if (!port || *port > 65535) return false;
    told.client.port = static_cast<std::uint16_t>(*port);
    return true;
}

bool take_helo(const XAttribute& attribute, Told& told) {
    told.helo = attribute.value;
    return true;
}

bool take_protocol(const XAttribute& attribute, Told& told) {
    if (!same(attribute.value, "SMTP") && !same(attribute.value, "ESMTP")) return false;
    told.is_esmtp = same(attribute.value, "ESMTP");
    return true;
}

bool take_login(const XAttribute& attribute, Told& told) {
    told.login.reset();
    if (attribute.state == State::given) told.login = Login{"XCLIENT", attribute.value};
    return true;
}

bool take_local(Told& told, std::string_view host, std::uint16_t port) {
    const auto address = event::SocketAddress::numeric(host, port);
    if (address) told.local = *address;
    return address.has_value();
}

/// Where the client connected to, as the proxy saw it.
bool take_local_address(const XAttribute& attribute, Told& told) {
    std::string_view host = attribute.value;
    if (starts_with_same(host, "IPv6:")) host.remove_prefix(5);
    return attribute.state != State::given || take_local(told, host, told.local.port());
}

bool take_local_port(const XAttribute& attribute, Told& told) {
    if (attribute.state != State::given) return true;
    const auto port = parse_number(attribute.value);
    if (!port || *port > 65535) return false;
    // The port may come before the address.
    const std::string host = told.local.is_ip() ? told.local.host() : "0.0.0.0";
    return take_local(told, host, static_cast<std::uint16_t>(*port));
}

constexpr struct {
    std::string_view name;
    Take take;
} attributes[] = {
    {"NAME", take_name},           {"REVERSE_NAME", take_reverse_name},
    {"ADDR", take_address},        {"PORT", take_port},
    {"HELO", take_helo},           {"PROTO", take_protocol},
    {"LOGIN", take_login},         {"DESTADDR", take_local_address},
    {"DESTPORT", take_local_port},
};

std::optional<Reply> take(const XAttribute& attribute, Told& told) {
    for (const auto& known : attributes)
        if (known.name == attribute.name)
            return known.take(attribute, told) ? std::nullopt
                                               : std::optional(bad_xattribute(attribute));
    return unknown_xattribute("XCLIENT", attribute);
}

}  // namespace

Answer<Reply> xclient(Session& session, std::string_view arguments) {
    if (session.mail) return reply(503, "5.5.1", "Error: MAIL transaction in progress");
    if (!session.may_xclient) return reply(550, "5.7.0", "Error: insufficient authorization");
    auto parsed = parse_xattributes(arguments, "XCLIENT");
    if (auto* no = std::get_if<Reply>(&parsed)) return std::move(*no);
    // What this command does not say begins anew (XCLIENT_README).
    Told told{session.client, "", false, session.login, session.local};
    for (const XAttribute& attribute : std::get<std::vector<XAttribute>>(parsed))
        if (auto no = take(attribute, told)) return *no;
    session.client = std::move(told.client);
    session.helo = std::move(told.helo);
    session.is_esmtp = told.is_esmtp;
    session.login = std::move(told.login);
    session.local = told.local;
    session.next = Session::Next::greeting;
    return reply(220, "", session.settings().smtpd_banner);
}

}  // namespace postern::smtpd::verb
