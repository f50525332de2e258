// Milters; see the header.
#include "smtpd/milters.h"

#include "lib/base/strings.h"
#include "smtpd/address_book.h"

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
Value client_connections(const Session& session) { return std::to_string(session.open_connections); }
Value daemon_addr(const Session& session) {
    return session.local.is_ip() ? Value(client_at(session.local).mail_address()) : Value();
}
Value daemon_port(const Session& session) {
    return session.local.is_ip() ? Value(std::to_string(session.local.port())) : Value();
}

Value queue_id(const Session& session) { return session.mail ? known(session.mail->queue_id) : Value(); }

Value mail_addr(const Session& session) { return session.mail ? Value(session.mail->sender) : Value(); }
Value mail_host(const Session& session) {
    const auto* route = session.mail ? route_of(session, session.mail->sender) : nullptr;
    return route ? Value(route->nexthop) : Value();
}
Value mail_mailer(const Session& session) {
    const auto* route = session.mail ? route_of(session, session.mail->sender) : nullptr;
    return route ? Value(route->transport) : Value();
}

/// Of a recipient that we refuse: why, instead of where it would go.
const MilterRecipient* recipient(const Session& session) {
    return session.mail && session.mail->milter_recipient ? &*session.mail->milter_recipient : nullptr;
}
Value rcpt_addr(const Session& session) {
    const auto* now = recipient(session);
    return now ? Value(now->refusal ? now->refusal->text : now->address) : Value();
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

MilterList::MilterList(service::Daemon& daemon, service::Tables& tables)
    : config_(daemon.config()),
      surroundings_{daemon.loop(), daemon.names(), milter::macro_lists(daemon.config()), daemon.log()},
      defaults_(milter::milter_defaults(daemon.config())),
      maps_(tables.open("smtpd_milter_maps")),
      macro_v_(daemon.config().text("milter_macro_v")),
      macro_daemon_name_(daemon.config().text("milter_macro_daemon_name")),
      myhostname_(daemon.config().text("myhostname")) {
    auto milters = milter::parse_milters(config_.text("smtpd_milters"), defaults_);
    if (!milters) daemon.log().fatal("{}", config_.error_in("smtpd_milters", milters.error().text).text);
    milters_ = std::move(*milters);
}

Value MilterList::macro(const Session& session, std::string_view name) const {
    if (name == "j") return myhostname_;
    if (name == "v") return macro_v_;
    if (name == "{daemon_name}") return macro_daemon_name_;
    for (const auto& known : session_macros)
        if (known.name == name) return known.value(session);
    return std::nullopt;
}

Task<std::unique_ptr<milter::Milters>> MilterList::of(Session& session) const {
    std::vector<milter::MilterSettings> milters = milters_;
    if (!maps_.empty()) {
        auto found = co_await maps_.find(session.client.address);
        // What is to be filtered is filtered: a table that is down turns nothing off.
        if (!found) session.reporter.log().warning("smtpd_milter_maps: {}", found.error().text);
        if (found && *found && same(trim(**found), "DISABLE")) co_return nullptr;
        if (found && *found) {
            auto parsed = milter::parse_milters(**found, defaults_);
            if (parsed) milters = std::move(*parsed);
            else session.reporter.log().warning("smtpd_milter_maps: {}", parsed.error().text);
        }
    }
    if (milters.empty()) co_return nullptr;
    auto source = milter::with_defaults(
        [this, &session](std::string_view name) { return macro(session, name); }, config_);
    co_return std::make_unique<milter::Milters>(surroundings_, milters, std::move(source));
}

bool is_for_milters(const Session& session) {
    return session.milters && session.settings().uses_milters && !session.mail->actions.discards;
}

namespace milter_event {

namespace {

/// Logs what the milters said, and makes it a reply.
std::optional<Reply> take(Session& session, const milter::Verdict& verdict, std::string_view stage,
                          const std::string* recipient = nullptr) {
    if (verdict.kind == milter::Verdict::Kind::discard) {
        session.report("milter-discard", stage, "milter triggers DISCARD action", recipient);
        session.mail->actions.discards = true;
    }
    if (verdict.kind != milter::Verdict::Kind::refuse) return std::nullopt;
    const Reply refusal = session.settings().soft_bounce ? softened(verdict.reply) : verdict.reply;
    session.report("milter-reject", stage, refusal.one_line(), recipient);
    if (refusal.code == 421) session.next = Session::Next::bye;
    return refusal;
}

std::vector<std::string> words(std::string_view address, std::string_view parameters) {
    std::vector<std::string> all{fmt::format("<{}>", address)};
    for (const std::string_view word : split(parameters, " \t")) all.emplace_back(word);
    return all;
}

/// Where mail for that address goes, for macros; who cannot tell leaves them out.
Task<void> find_route(Session& session, std::string address) {
    auto route = co_await session.house.addresses.route(session, address);
    if (route) session.mail->routes.insert_or_assign(std::move(address), std::move(*route));
}

}  // namespace

Task<std::optional<Reply>> connect(Session& session) {
    if (!session.milters) co_return std::nullopt;
    const Client& client = session.client;
    milter::ClientDetails details{client.name, client.address, client.port, client.family};
    if (client.name == "unknown") details.name = fmt::format("[{}]", client.address);
    co_return take(session, co_await session.milters->connect(std::move(details)), "CONNECT");
}

Task<std::optional<Reply>> helo(Session& session, std::string_view verb) {
    if (!session.milters) co_return std::nullopt;
    co_return take(session, co_await session.milters->helo(session.helo), verb);
}

Task<std::optional<Reply>> mail(Session& session, std::string parameters) {
    if (!session.milters) co_return std::nullopt;
    co_await find_route(session, session.mail->sender);
    co_return take(session, co_await session.milters->mail(words(session.mail->sender, parameters)), "MAIL");
}

Task<std::optional<Reply>> rcpt(Session& session, std::string address, std::string parameters) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    co_await find_route(session, address);
    session.mail->milter_recipient = MilterRecipient{address, std::nullopt};
    const auto verdict = co_await session.milters->rcpt(words(address, parameters));
    co_return take(session, verdict, "RCPT", &address);
}

Task<void> rejected_rcpt(Session& session, std::string address, std::string parameters, Reply refusal) {
    if (!session.milters || session.mail->actions.discards) co_return;
    session.mail->milter_recipient = MilterRecipient{address, std::move(refusal)};
    co_await session.milters->rejected_rcpt(words(address, parameters));
}

Task<std::optional<Reply>> data(Session& session) {
    if (!session.milters || session.mail->actions.discards) co_return std::nullopt;
    const std::string recipient =
        session.mail->recipients.empty() ? "" : session.mail->recipients.front().address;
    co_return take(session, co_await session.milters->data(), "DATA", &recipient);
}

Task<std::optional<Reply>> unknown(Session& session, std::string command) {
    if (!session.milters) co_return std::nullopt;
    co_return take(session, co_await session.milters->unknown(std::move(command)), "UNKNOWN");
}

}  // namespace milter_event

}  // namespace postern::smtpd
