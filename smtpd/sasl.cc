// Authentication; see the header.
#include "smtpd/sasl.h"

#include "lib/base/strings.h"
#include "lib/sasl/cyrus_server.h"
#include "lib/sasl/dovecot.h"
#include "smtpd/session.h"
#include "smtpd/tls.h"

#include <fmt/format.h>

namespace postern::smtpd {

namespace {

Result<std::unique_ptr<sasl::Server>> open_cyrus(service::Daemon& daemon, event::Pool& pool) {
    const config::Config& config = daemon.config();
    auto server = sasl::CyrusServer::open(pool,
                                          {.application = config.text("smtpd_sasl_path"),
                                           .config_path = config.text("cyrus_sasl_config_path"),
                                           .service = config.text("smtpd_sasl_service"),
                                           .hostname = config.text("myhostname"),
                                           .realm = config.text("smtpd_sasl_local_domain")},
                                          daemon.log());
    if (!server) return server.error();
    return std::unique_ptr<sasl::Server>(std::move(*server));
}

Result<std::unique_ptr<sasl::Server>> open_dovecot(service::Daemon& daemon, event::Pool&) {
    const config::Config& config = daemon.config();
    auto server = sasl::Dovecot::open(daemon.loop(), daemon.names(),
                                      {.path = config.text("smtpd_sasl_path"),
                                       .service = config.text("smtpd_sasl_service"),
                                       .wait = config.time("ipc_timeout")},
                                      daemon.log());
    if (!server) return server.error();
    return std::unique_ptr<sasl::Server>(std::move(*server));
}

/// smtpd_sasl_type.
constexpr struct {
    std::string_view name;
    Result<std::unique_ptr<sasl::Server>> (*open)(service::Daemon&, event::Pool&);
} types[] = {{"cyrus", open_cyrus}, {"dovecot", open_dovecot}};

std::unique_ptr<sasl::Server> open_server(service::Daemon& daemon, event::Pool& pool) {
    const config::Config& config = daemon.config();
    const std::string wanted = config.text("smtpd_sasl_type");
    for (const auto& type : types) {
        if (type.name != wanted) continue;
        auto server = type.open(daemon, pool);
        if (!server)
            daemon.log().fatal("{}", config.error_in("smtpd_sasl_path", server.error().text).text);
        return std::move(*server);
    }
    const std::string problem =
        fmt::format("unsupported SASL type \"{}\": cyrus or dovecot", wanted);
    daemon.log().fatal("{}", config.error_in("smtpd_sasl_type", problem).text);
}

sasl::SecurityOptions security_options(service::Daemon& daemon, std::string_view parameter) {
    auto options = sasl::SecurityOptions::parse(daemon.config().list(parameter));
    if (!options)
        daemon.log().fatal("{}", daemon.config().error_in(parameter, options.error().text).text);
    return *options;
}

table::HostList open_list(service::Daemon& daemon, service::Tables& tables,
                          std::string_view parameter) {
    auto list =
        table::HostList::open(parameter, daemon.config().text(parameter), false, tables.registry());
    if (!list) daemon.log().fatal("{}", list.error().text);
    return std::move(*list);
}

sasl::Peer peer_of(const Session& session) {
    sasl::Peer peer;
    if (session.client.family != 0) peer.client_address = session.client.address;
    peer.client_port = session.client.port;
    if (session.local.is_ip()) {
        peer.server_address = session.local.host();
        peer.server_port = session.local.port();
    }
    peer.is_encrypted = session.is_encrypted;
    if (session.tls) {
        peer.cipher_bits = static_cast<unsigned>(session.tls->bits);
        if (session.tls->peer.is_trusted) peer.certificate_name = session.tls->peer.subject;
    }
    return peer;
}

}  // namespace

Authentication::Authentication(service::Daemon& daemon, service::Tables& tables, event::Pool& pool)
    : server_(open_server(daemon, pool)),
      security_options_(security_options(daemon, "smtpd_sasl_security_options")),
      tls_security_options_(security_options(daemon, "smtpd_sasl_tls_security_options")),
      exceptions_networks_(open_list(daemon, tables, "smtpd_sasl_exceptions_networks")),
      mechanism_filter_(open_list(daemon, tables, "smtpd_sasl_mechanism_filter")),
      response_limit_(
          static_cast<std::size_t>(daemon.config().number("smtpd_sasl_response_limit"))),
      tls_auth_only_(daemon.config().boolean("smtpd_tls_auth_only")),
      broken_sasl_auth_clients_(daemon.config().boolean("broken_sasl_auth_clients")),
      authenticated_header_(daemon.config().boolean("smtpd_sasl_authenticated_header")) {}

const sasl::SecurityOptions& Authentication::demanded(const Session& session) const {
    return session.is_encrypted ? tls_security_options_ : security_options_;
}

std::unique_ptr<sasl::Exchange> Authentication::begin(const Session& session) const {
    return server_->begin(peer_of(session), demanded(session));
}

Task<Result<std::vector<std::string>>> Authentication::mechanisms(const Session& session) const {
    std::vector<std::string> offered;
    // Where all mail must be encrypted, logging in must be too (postconf(5), smtpd_tls_auth_only).
    const bool is_mandatory = session.house.tls && session.house.tls->is_mandatory();
    if ((needs_encryption() || is_mandatory) && !session.is_encrypted) co_return offered;
    auto all = co_await server_->mechanisms(peer_of(session), demanded(session));
    if (!all) {
        session.reporter.log().warning("{}", all.error().text);
        co_return all.error();
    }
    for (std::string& name : *all) {
        auto passes = co_await mechanism_filter_.has(name, "");
        if (!passes)
            session.reporter.log().warning("smtpd_sasl_mechanism_filter: {}", passes.error().text);
        if (mechanism_filter_.empty() || (passes && *passes)) offered.push_back(std::move(name));
    }
    if (offered.empty()) session.reporter.log().warning("no SASL authentication mechanisms");
    co_return offered;
}

Task<bool> Authentication::is_excepted(const Session& session) const {
    auto found = co_await exceptions_networks_.has(session.client.name, session.client.address);
    if (!found)
        session.reporter.log().warning("smtpd_sasl_exceptions_networks: {}", found.error().text);
    co_return found&&* found;
}

}  // namespace postern::smtpd
