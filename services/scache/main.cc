// scache: the shared connection cache of Postfix's single-session clients (scache(8)). Our smtp
// keeps its connections in its own processes, which hold many sessions each, so nobody asks this
// service for anything: it is here because every master.cf lists it. A request is answered with an
// error that names it.
#include "lib/service/daemon.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("scache", argc, argv, {.share_is_processes = true});
    daemon.drop_privileges();
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    return daemon.serve(server);
}
