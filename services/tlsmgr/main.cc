// tlsmgr: what TLS sessions of all processes share, ticket keys and caches (tlsmgr(8)). Nothing
// here speaks TLS yet, so there is no request that it knows: one is answered with an error that
// names it, and master's wake-up is taken.
#include "lib/service/daemon.h"
#include "lib/service/qmgr.h"

namespace {

using namespace postern;

Task<Result<service::Done>> wake_up() { co_return service::Done{}; }

}  // namespace

int main(int argc, char** argv) {
    service::Daemon daemon("tlsmgr", argc, argv, {.stays = true, .share_is_processes = true});
    daemon.drop_privileges();
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::Trigger>([](service::Trigger) { return wake_up(); });
    return daemon.serve(server);
}
