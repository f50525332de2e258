// tlsproxy: speaks TLS with clients for other daemons (tlsproxy(8)): takes a client's connection, and
// carries its plain text on the connection over which it was handed.
#include "lib/report/session_numbers.h"
#include "lib/service/daemon.h"
#include "lib/service/passed_client.h"
#include "lib/service/tables.h"
#include "lib/service/tls_sessions.h"
#include "lib/tls/server.h"
#include "services/tlsproxy/relay.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postern::tlsproxy {

namespace {

struct House {
    event::Loop& loop;
    tls::Server& server;
    int log_level;
    seconds handshake_time, longest_silence;
};

std::unique_ptr<tls::Server> make_server(service::Daemon& daemon, service::Tables& tables,
                                         service::TlsSessions& sessions) {
    const config::Config& config = daemon.config();
    tls::ServerSettings wanted(config);
    wanted.side = tls::SideSettings(config, "tlsproxy_tls_");
    wanted.service = fmt::format("{}/{}", config.text("syslog_name"), config.service_name());
    daemon.watch(wanted.side.files());
    auto server = tls::Server::make(std::move(wanted), tables.open("tls_server_sni_maps"), &sessions);
    if (!server) daemon.log().fatal("{}", server.error().text);
    for (const std::string& warning : (*server)->warnings()) daemon.log().warning("{}", warning);
    return std::move(*server);
}

Task<void> serve(const House& house, service::Session accepted, Reporter reporter) {
    event::Stream plain(house.loop, std::move(accepted.socket), event::Pace::independent);
    const Deadline until = house.loop.in(house.handshake_time);
    auto client = co_await service::take_client(plain, until);
    if (!client) {
        reporter.log().warning("cannot take a client from another service: {}", client.error().text);
        co_return;
    }
    event::Stream encrypted(house.loop, std::move(client->socket), event::Pace::independent);
    const std::string peer = fmt::format("[{}]:{}", client->client.host(), client->client.port());
    auto made = co_await house.server.accept(encrypted, peer, reporter, house.log_level, until);
    if (made) co_await relay(encrypted, plain, house.longest_silence);
}

}  // namespace

}  // namespace postern::tlsproxy

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("tlsproxy", argc, argv, {.share_is_processes = true});
    service::Tables tables(daemon);
    service::TlsSessions sessions(daemon);
    const auto server = tlsproxy::make_server(daemon, tables, sessions);
    tables.watch();
    const tlsproxy::House house{daemon.loop(), *server, tls::SideSettings(daemon.config(), "tlsproxy_tls_").log_level,
                      daemon.config().time("smtpd_starttls_timeout"),
                      daemon.config().time("ipc_timeout")};
    daemon.drop_privileges();

    report::SessionNumbers numbers(static_cast<std::uint64_t>(::getpid()));
    return daemon.serve_sessions([&](service::Session accepted) {
        return tlsproxy::serve(house, std::move(accepted), daemon.reporter().numbered(numbers.next()));
    });
}
