// Clients of other daemons; see the header.
#include "services/tlsproxy/server.h"

#include "lib/report/tlsproxy_events.h"
#include "services/tlsproxy/relay.h"

#include <fmt/format.h>

namespace postern::tlsproxy {

namespace {

/// Postscreen's prefix; what main.cf does not set with it counts with ours.
constexpr const char* first = "postscreen_tls_";
constexpr const char* second = "tlsproxy_tls_";

tls::Level level_of(const service::Daemon& daemon, const std::string& prefix) {
    const auto level = tls::server_level(daemon.config(), prefix);
    if (!level) daemon.log().fatal("{}", level.error().text);
    return *level;
}

/// A postscreen that master.cf gives a level of its own asks us whatever main.cf says of postscreen.
tls::Level level_of(const service::Daemon& daemon) {
    const bool is_set = daemon.config().is_set("postscreen_tls_security_level");
    const tls::Level own = is_set ? level_of(daemon, "postscreen_") : tls::Level::none;
    return own != tls::Level::none ? own : level_of(daemon, "tlsproxy_");
}

tls::LogLevels log_levels(const service::Daemon& daemon, service::Tables& tables) {
    const config::Config& config = daemon.config();
    auto maps = tables.open("postscreen_tls_loglevel_maps");
    const bool is_own = config.is_set("postscreen_tls_loglevel");
    const auto usual = tls::LogLevel::parse(config.text(is_own ? "postscreen_tls_loglevel" : "tlsproxy_tls_loglevel"));
    return {usual.value_or(tls::LogLevel{}), std::move(maps), "postscreen_tls_loglevel_maps", false};
}

}  // namespace

Server::Server(service::Daemon& daemon, service::Tables& tables)
    : loop_(daemon.loop()),
      handshake_time_(daemon.config().time("postscreen_starttls_timeout")),
      longest_silence_(daemon.config().time("ipc_timeout")),
      log_levels_(log_levels(daemon, tables)),
      sessions_(daemon) {
    const config::Config& config = daemon.config();
    const tls::Level level = level_of(daemon);
    if (level == tls::Level::none) {
        daemon.log().warning("tlsproxy_tls_security_level is \"none\": clients are not served");
        return;
    }
    tls::ServerSettings wanted(config, first, second);
    wanted.is_mandatory = level == tls::Level::encrypt;
    wanted.service = fmt::format("{}/{}", config.text("syslog_name"), config.service_name());
    daemon.watch(wanted.side.files());
    auto made = tls::Server::make(std::move(wanted), tables.open("tls_server_sni_maps"), &sessions_, &sessions_);
    if (!made) {
        daemon.log().warning("{}", made.error().text);
        return;
    }
    tls_ = std::move(*made);
    for (const std::string& warning : tls_->warnings()) daemon.log().warning("{}", warning);
}

Task<void> Server::serve(service::Session accepted, Reporter reporter) const {
    if (!tls_) co_return;
    event::Stream plain(loop_, std::move(accepted.socket), event::Pace::independent);
    plain.write(std::string_view(&service::ready_for_client, 1));
    plain.flush_soon();
    const Deadline until = loop_.in(handshake_time_);
    auto client = co_await service::take_client(plain, until);
    if (!client) {
        // Who asked whether we are there and then had no client for us need not be logged.
        if (client.error().code != Errc::closed)
            reporter.log().warning("cannot take a client from another service: {}", client.error().text);
        co_return;
    }
    event::Stream encrypted(loop_, std::move(client->socket), event::Pace::independent);
    const std::string address = client->client.host();
    const report::Endpoint endpoint{address, client->client.port()};
    reporter.report(report::ClientTaken{endpoint});
    const tls::LogLevel level = co_await log_levels_.of("", address, reporter.log());
    auto made = co_await tls_->accept(encrypted, endpoint.text(), reporter, level, until);
    if (made) {
        co_await relay(encrypted, plain, longest_silence_);
        co_await tls_->part(encrypted, loop_.in(handshake_time_));
    } else {
        reporter.report(report::HandshakeFailed{endpoint});
    }
    reporter.report(report::ClientJudged{report::ClientJudged::Verdict::disconnect, endpoint});
}

}  // namespace postern::tlsproxy
