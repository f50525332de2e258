// TLS with clients; see the header.
#include "smtpd/tls.h"

#include "lib/base/strings.h"
#include "lib/report/tls_events.h"
#include "lib/service/daemon.h"
#include "smtpd/session.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

/// smtpd_tls_security_level, and the parameters that count where it is empty.
tls::Level level_of(const service::Daemon& daemon) {
    const config::Config& config = daemon.config();
    if (config.boolean("smtpd_tls_wrappermode")) return tls::Level::encrypt;
    const std::string text = config.text("smtpd_tls_security_level");
    if (text.empty()) {
        if (config.boolean("smtpd_enforce_tls")) return tls::Level::encrypt;
        return config.boolean("smtpd_use_tls") ? tls::Level::may : tls::Level::none;
    }
    const auto level = tls::level_named(text);
    if (!level) daemon.log().fatal("Invalid TLS level \"{}\"", text);
    if (*level <= tls::Level::encrypt) return *level;
    daemon.log().warning("smtpd_tls_security_level: unsupported level \"{}\", using \"encrypt\"", text);
    return tls::Level::encrypt;
}

int number_of(const std::string& text) { return static_cast<int>(parse_number(text).value_or(0)); }

/// Verbs that are obeyed in clear whatever is demanded.
bool is_free(const Verb& verb) {
    for (const auto obeyed : {verb::helo, verb::ehlo, verb::starttls, verb::noop, verb::quit,
                              verb::xclient, verb::xforward})
        if (verb.obey == obeyed) return true;
    return false;
}

std::string certificate_text(const tls::Established& made) {
    if (!made.has_peer)
        return made.asked_for_certificate ? "(Client did not present a certificate)"
                                          : "(No client certificate requested)";
    return fmt::format("(Client CN \"{}\", Issuer \"{}\" ({}))", made.peer.subject, made.peer.issuer,
                       made.peer.is_trusted ? "verified OK" : "not verified");
}

}  // namespace

Tls::Tls(service::Daemon& daemon, service::Tables& tables)
    : level_(level_of(daemon)),
      wraps_(daemon.config().boolean("smtpd_tls_wrappermode")),
      requires_certificate_(daemon.config().boolean("smtpd_tls_req_ccert")),
      tells_in_header_(daemon.config().boolean("smtpd_tls_received_header")),
      log_level_(number_of(daemon.config().text("smtpd_tls_loglevel"))),
      log_level_maps_(tables.open("smtpd_tls_loglevel_maps")),
      sessions_(daemon) {
    asks_certificate_ = requires_certificate_ || daemon.config().boolean("smtpd_tls_ask_ccert");
    if (!is_offered()) return;
    if (requires_certificate_ && !is_mandatory()) {
        daemon.log().warning("Can't require client certs unless TLS is required");
        requires_certificate_ = false;
    }
    tls::ServerSettings wanted = settings(daemon);
    daemon.watch(wanted.side.files());
    auto server = tls::Server::make(std::move(wanted), tables.open("tls_server_sni_maps"), &sessions_);
    if (!server) {
        daemon.log().warning("{}", server.error().text);
        return;
    }
    server_ = std::move(*server);
    for (const std::string& warning : server_->warnings()) daemon.log().warning("{}", warning);
}

tls::ServerSettings Tls::settings(const service::Daemon& daemon) const {
    const config::Config& config = daemon.config();
    tls::ServerSettings wanted(config);
    wanted.is_mandatory = is_mandatory();
    wanted.asks_certificate = asks_certificate_;
    wanted.requires_certificate = requires_certificate_;
    wanted.trusts_server_certificates = config.boolean("tls_trust_server_ccerts");
    wanted.issues_session_ids = config.boolean("smtpd_tls_always_issue_session_ids");
    wanted.service = fmt::format("{}/{}", config.text("syslog_name"), config.service_name());
    return wanted;
}

std::optional<Reply> Tls::refuse_in_clear(const Session& session, const Verb& verb) const {
    if (!is_mandatory() || session.is_encrypted || is_free(verb)) return std::nullopt;
    return reply(530, "5.7.0", "Must issue a STARTTLS command first");
}

/// smtpd_tls_loglevel_maps: by name, then by address.
Task<int> Tls::log_level(const Session& session) const {
    if (log_level_maps_.empty()) co_return log_level_;
    for (const std::string& key : {session.client.name, session.client.address}) {
        auto found = co_await log_level_maps_.find(key);
        if (!found) session.reporter.log().warning("smtpd_tls_loglevel_maps: {}", found.error().text);
        else if (*found) co_return number_of((*found)->substr(0, (*found)->find(',')));
    }
    co_return log_level_;
}

Task<bool> Tls::secure(Session& session, event::Stream& stream, Deadline deadline) const {
    if (!is_available()) {
        session.reporter.log().warning(
            "Wrapper-mode request dropped from {} for service {}. TLS context initialization failed. "
            "For details see earlier warnings in your logs.",
            session.client.text(), session.settings().service_name);
        co_return false;
    }
    const int level = co_await log_level(session);
    auto made = co_await server_->accept(stream, session.client.text(), session.reporter, level, deadline);
    if (!made) co_return false;
    session.is_encrypted = true;
    session.tls = std::move(*made);
    co_return true;
}

std::optional<Reply> Tls::refuse_client(const Session& session) const {
    if (!requires_certificate_ || !session.tls || session.tls->peer.is_trusted) return std::nullopt;
    const std::string_view reason = session.tls->has_peer ? "Client certificate not trusted"
                                                          : "No client certificate presented";
    session.reporter.report(report::TlsClientRefused{session.client.text(), reason});
    return reply(421, "4.7.1", fmt::format("{} Error: {}", session.settings().myhostname, reason));
}

std::string Tls::received_text(const Session& session) const {
    if (!tells_in_header_ || !session.tls) return "";
    const tls::Established& made = *session.tls;
    std::string text = fmt::format("(using {}", made.summary());
    for (const std::string& details : {made.server_details(), made.client_details()})
        if (!details.empty()) text += "\n" + details;
    return text + ")\n" + certificate_text(made);
}

}  // namespace postern::smtpd
