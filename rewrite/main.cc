// trivial-rewrite: brings addresses to standard form and resolves them to where their mail goes
// (trivial-rewrite(8)).
#include "lib/service/daemon.h"
#include "lib/service/tables.h"
#include "rewrite/requests.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("trivial-rewrite", argc, argv);

    const rewrite::Settings settings(daemon.config());
    service::Tables opened(daemon);
    auto tables = rewrite::Tables::open(daemon.config(), opened.registry());
    if (!tables) daemon.log().fatal("{}", tables.error().text);
    opened.watch();
    daemon.watch(tables->list_files());
    daemon.drop_privileges();

    const rewrite::Requests requests(settings, *tables, [&daemon](const std::string& failure) {
        daemon.log().warning("{}", failure);
    });
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::Rewrite>(
        [&requests](service::Rewrite request) { return requests.rewrite(std::move(request)); });
    server.on<service::Resolve>(
        [&requests](service::Resolve request) { return requests.resolve(std::move(request)); });
    return daemon.serve(server);
}
