// qmgr: keeps the queue, and schedules deliveries (qmgr(8)).
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/qmgr.h"
#include "lib/service/spool_of.h"
#include "qmgr/active_queue.h"

namespace postern::qmgr {

namespace {

Task<Result<service::Noticed>> notice(ActiveQueue& queue, std::string text) {
    auto id = queue::QueueId::parse(text);
    if (!id) co_return id.error();
    queue.notice(std::move(*id));
    co_return service::Noticed{queue.has_room()};
}

Task<Result<service::Done>> flush(ActiveQueue& queue, std::string text) {
    auto id = queue::QueueId::parse(text);
    if (!id) co_return id.error();
    queue.flush(std::move(*id));
    co_return service::Done();
}

Task<Result<service::Done>> pull_trigger(ActiveQueue& queue, Scheduler& scheduler,
                                         std::string letters) {
    const auto has = [&](char letter) { return letters.find(letter) != letters.npos; };
    if (has('F')) scheduler.resume_all();
    if (has('W') || has('I')) queue.scan_incoming();
    if (has('D') || has('A')) queue.scan_deferred(has('A'));
    co_return service::Done();
}

}  // namespace

}  // namespace postern::qmgr

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.stays = traits.ends_with_master = traits.share_is_processes = true;
    traits.watchdog_timeout = "qmgr_daemon_timeout";
    service::Daemon daemon("qmgr", argc, argv, traits);
    const config::Config& config = daemon.config();

    const qmgr::Settings settings(config);
    if (settings.maximal_queue_lifetime < config.time("bounce_queue_lifetime"))
        daemon.log().warning("bounce_queue_lifetime is larger than maximal_queue_lifetime - "
                             "adjusting bounce_queue_lifetime");
    auto spool = service::spool_here(config);
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    daemon.drop_privileges();

    qmgr::Scheduler scheduler(settings, daemon.loop(), daemon.tasks(), daemon.log());
    qmgr::Reports reports(settings, config, daemon.loop());
    service::Client rewrite = service::private_client(daemon.loop(), config, "rewrite_service_name");
    service::Client flush = service::public_client(daemon.loop(), config, "flush_service_name");
    service::Client verify =
        service::private_client(daemon.loop(), config, "address_verify_service_name");
    qmgr::MarkSync marks(*spool, daemon.loop(), daemon.disk(), daemon.tasks(), daemon.log());
    std::size_t probes = 0;
    const qmgr::Office office{settings,          config,    *spool,  daemon.loop(), daemon.disk(),
                              daemon.reporter(), scheduler, reports, marks,         rewrite,
                              flush,             verify,    probes,   daemon.on_bug()};
    qmgr::ClogWarning clog(settings, scheduler, daemon.loop(), daemon.log());
    qmgr::ActiveQueue queue(office, clog);
    queue.start();

    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::NewMessage>([&queue](service::NewMessage news) {
        return qmgr::notice(queue, std::move(news.queue_id));
    });
    server.on<service::FlushMessage>([&queue](service::FlushMessage request) {
        return qmgr::flush(queue, std::move(request.queue_id));
    });
    server.on<service::Trigger>([&queue, &scheduler](service::Trigger trigger) {
        return qmgr::pull_trigger(queue, scheduler, std::move(trigger.letters));
    });
    return daemon.serve(server);
}
