// dnsblog: asks DNS lists about clients for postscreen, and logs who stands there (dnsblog(8)).
#include "lib/dns/name_servers.h"
#include "lib/service/daemon.h"
#include "services/dnsblog/list_lookup.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("dnsblog", argc, argv, {.share_is_processes = true});
    const auto reply_delay = daemon.config().time("dnsblog_reply_delay");
    dns::NameServers name_servers(daemon.loop(), dns::NameServerSettings());
    daemon.drop_privileges();

    dnsblog::ListLookup lists(daemon.loop(), name_servers, daemon.reporter(), reply_delay);
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::AskList>([&](service::AskList request) { return lists.ask(std::move(request)); });
    return daemon.serve(server);
}
