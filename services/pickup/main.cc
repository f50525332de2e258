// pickup: takes what postdrop put into maildrop/ to cleanup (pickup(8)).
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/qmgr.h"
#include "lib/service/spool_of.h"
#include "services/pickup/collector.h"

namespace postern::pickup {
namespace {

Task<Result<service::Done>> wake(Collector& collector) {
    collector.scan();
    co_return service::Done();
}

}  // namespace
}  // namespace postern::pickup

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.share_is_processes = true;
    service::Daemon daemon("pickup", argc, argv, traits);
    const config::Config& config = daemon.config();

    const pickup::Settings settings(config);
    auto spool = service::spool_here(config);
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    daemon.drop_privileges();

    service::Client cleanup = service::public_client(daemon.loop(), config, "cleanup_service_name");
    pickup::Collector collector(settings, *spool, cleanup, daemon.loop(), daemon.reporter(), daemon.on_bug());
    daemon.keep_while([&collector] { return collector.is_busy(); });
    collector.scan();

    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::Trigger>([&collector](service::Trigger) { return pickup::wake(collector); });
    return daemon.serve(server);
}
