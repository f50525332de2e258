// proxymap: looks up and updates tables for other processes (proxymap(8)). As the service that
// proxywrite_service_name names it is the one writer of proxy_write_maps.
#include "services/proxymap/table_service.h"

namespace {

using namespace postern;

void offer(service::Server& server, proxymap::Lookups& lookups) {
    server.on<service::LookUp>(
        [&](service::LookUp request) { return lookups.look_up(std::move(request)); });
}

void offer(service::Server& server, proxymap::Updates& updates) {
    server.on<service::LookUp>(
        [&](service::LookUp request) { return updates.look_up(std::move(request)); });
    server.on<service::UpdateTable>(
        [&](service::UpdateTable request) { return updates.update(std::move(request)); });
    server.on<service::NextEntry>(
        [&](service::NextEntry request) { return updates.next(std::move(request)); });
}

template <class Service>
int serve(service::Daemon& daemon, table::Registry& registry) {
    Service tables(daemon, registry);
    daemon.drop_privileges();
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    offer(server, tables);
    return daemon.serve(server);
}

}  // namespace

int main(int argc, char** argv) {
    service::Daemon daemon("proxymap", argc, argv, {.share_is_processes = true});
    table::Registry registry(
        daemon.config(), {.warn = [&daemon](const std::string& text) {
                              daemon.log().warning("{}", text);
                          },
                          .loop = &daemon.loop(),
                          .names = &daemon.names(),
                          .error = [&daemon](const std::string& text) {
                              daemon.log().error("{}", text);
                          }});
    const auto& config = daemon.config();
    const bool is_writer = config.service_name() == config.text("proxywrite_service_name");
    return is_writer ? serve<proxymap::Updates>(daemon, registry)
                     : serve<proxymap::Lookups>(daemon, registry);
}
