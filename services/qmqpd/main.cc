// qmqpd: accepts mail from the hosts that may send it by QMQP (qmqpd(8)).
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/tables.h"
#include "services/qmqpd/session.h"

#include <algorithm>

namespace {

using namespace postern;

table::HostList authorized_clients(const service::Daemon& daemon, service::Tables& tables) {
    constexpr std::string_view parameter = "qmqpd_authorized_clients";
    const auto with_parents = daemon.config().list("parent_domain_matches_subdomains");
    const bool parents_match = std::ranges::find(with_parents, parameter) != with_parents.end();
    auto list = table::HostList::open(parameter, daemon.config().text(parameter), parents_match,
                                      tables.registry());
    if (!list) daemon.log().fatal("{}", list.error().text);
    return std::move(*list);
}

Task<void> serve(const qmqpd::House& house, service::Session client, Reporter reporter) {
    qmqpd::Session session(house, std::move(client), std::move(reporter));
    co_await session.run();
}

}  // namespace

int main(int argc, char** argv) {
    service::Daemon daemon("qmqpd", argc, argv);
    const config::Config& config = daemon.config();

    const qmqpd::Settings settings(config);
    service::Tables tables(daemon);
    const table::HostList clients = authorized_clients(daemon, tables);
    tables.watch();
    daemon.drop_privileges();

    service::Client cleanup = service::public_client(daemon.loop(), config, "cleanup_service_name");
    const qmqpd::House house{settings, clients, cleanup, daemon.loop(), daemon.names()};
    return daemon.serve_sessions([&](service::Session client) {
        return serve(house, std::move(client), daemon.reporter());
    });
}
