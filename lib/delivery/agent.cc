// The frame of a delivery agent; see the header.
#include "lib/delivery/agent.h"

#include "lib/service/spool_of.h"

#include <csignal>

namespace postern::delivery {

namespace {

queue::Spool opened_spool(service::Daemon& daemon) {
    auto spool = service::spool_here(daemon.config());
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    return std::move(*spool);
}

}  // namespace

Agent::Agent(service::Daemon& daemon)
    : daemon_(daemon),
      spool_(opened_spool(daemon)),
      circumstances_{spool_, daemon.reporter(), daemon.loop().clock(),
                     daemon.config().boolean("soft_bounce")} {
    std::signal(SIGXFSZ, SIG_IGN);  // a file that is as large as may be: an error of write(2)
}

int Agent::serve(Deliver deliver) {
    service::Server server(daemon_.loop(), daemon_.server_limits(), daemon_.on_bug());
    server.on<service::DeliveryRequest>([this, &deliver](service::DeliveryRequest request) {
        return handle(deliver, std::move(request));
    });
    return daemon_.serve(server);
}

Task<Result<service::DeliveryReply>> Agent::handle(const Deliver& deliver,
                                                   service::DeliveryRequest request) {
    auto job = Job::open(circumstances_, std::move(request));
    if (!job) {
        daemon_.log().warning("{}", job.error().text);
        co_return temporary(job.error().text);
    }
    co_await deliver(*job);
    co_return job->reply();
}

}  // namespace postern::delivery
