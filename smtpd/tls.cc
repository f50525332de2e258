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
    const auto level = tls::server_level(config, "smtpd_");
    if (!level) daemon.log().fatal("{}", level.error().text);
    const std::string text = config.text("smtpd_tls_security_level");
    if (!text.empty() && tls::level_named(text) > tls::Level::encrypt)
        daemon.log().warning(
            "smtpd_tls_security_level: unsupported level \"{}\", using \"encrypt\"", text);
    return *level;
}

/// Verbs that are obeyed in clear whatever is demanded.
bool is_free(const Verb& verb) {
    for (const auto obeyed : {verb::helo, verb::ehlo, verb::starttls, verb::noop, verb::quit,
                              verb::xclient, verb::xforward})
        if (verb.obey == obeyed) return true;
    return false;
}

std::string certificate_text(const tls::Established& made, const std::string& digest) {
    if (!made.has_peer)
        return made.asked_for_certificate ? "(Client did not present a certificate)"
                                          : "(No client certificate requested)";
    if (made.peer.is_bare_key())
        return fmt::format("(Client RPK {} digest {})", digest, made.peer.key_fingerprint);
    return fmt::format("(Client CN \"{}\", Issuer \"{}\" ({}))", made.peer.subject,
                       made.peer.issuer, made.peer.is_trusted ? "verified OK" : "not verified");
}

}  // namespace

Tls::Tls(service::Daemon& daemon, service::Tables& tables)
    : level_(level_of(daemon)),
      wraps_(daemon.config().boolean("smtpd_tls_wrappermode")),
      tells_in_header_(daemon.config().boolean("smtpd_tls_received_header")),
      fingerprint_digest_(daemon.config().text("smtpd_tls_fingerprint_digest")),
      log_levels_(
          tls::log_levels(daemon.config(), "smtpd_tls_", tables.open("smtpd_tls_loglevel_maps"))),
      sessions_(daemon) {
    if (!is_offered()) return;
    tls::ServerSettings wanted = settings(daemon);
    requires_certificate_ = wanted.side.requires_certificate;
    if (requires_certificate_ && !is_mandatory()) {
        daemon.log().warning("Can't require client certs unless TLS is required");
        requires_certificate_ = false;
    }
    daemon.watch(wanted.side.files());
    auto server = tls::Server::make(std::move(wanted), tables.open("tls_server_sni_maps"),
                                    &sessions_, &sessions_);
    if (!server) {
        daemon.log().warning("{}", server.error().text);
        return;
    }
    server_ = std::move(*server);
    for (const std::string& warning : server_->warnings())
        daemon.log().warning("{}", warning);
}

tls::ServerSettings Tls::settings(const service::Daemon& daemon) const {
    const config::Config& config = daemon.config();
    tls::ServerSettings wanted(config);
    wanted.is_mandatory = is_mandatory();
    wanted.service = fmt::format("{}/{}", config.text("syslog_name"), config.service_name());
    return wanted;
}

std::optional<Reply> Tls::refuse_in_clear(const Session& session, const Verb& verb) const {
    if (!is_mandatory() || session.is_encrypted || is_free(verb)) return std::nullopt;
    return reply(530, "5.7.0", "Must issue a STARTTLS command first");
}

Task<bool> Tls::secure(Session& session, event::Stream& stream, Deadline deadline) const {
    if (!is_available()) {
        session.reporter.log().warning(
            "Wrapper-mode request dropped from {} for service {}. TLS context initialization "
            "failed. "
            "For details see earlier warnings in your logs.",
            session.client.text(), session.settings().service_name);
        co_return false;
    }
    const tls::LogLevel level = co_await log_levels_.of(session.client.name, session.client.address,
                                                        session.reporter.log());
    auto made =
        co_await server_->accept(stream, session.client.text(), session.reporter, level, deadline);
    if (!made) co_return false;
    session.is_encrypted = true;
    session.tls = std::make_unique<tls::Established>(std::move(*made));
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
    return text + ")\n" + certificate_text(made, fingerprint_digest_);
}

}  // namespace postern::smtpd
