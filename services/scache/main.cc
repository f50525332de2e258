// scache: logs how often connections were kept and used again (scache(8)). The connections are with
// smtp and lmtp themselves, whose processes hold many sessions each; they report what they look for.
#include "lib/service/daemon.h"
#include "services/scache/statistics.h"

namespace postern::scache {

namespace {

void log_statistics(Statistics& statistics, WallTime now, const Log& log) {
    for (const std::string& line : statistics.take(now)) log.info("{}", line);
}

Task<void> report_regularly(event::Loop& loop, Statistics& statistics, seconds every, Log log) {
    for (;;) {
        co_await event::Sleep(loop, loop.in(every));
        log_statistics(statistics, loop.clock().wall(), log);
    }
}

Task<Result<service::Done>> note(Statistics& statistics, service::CacheUse use) {
    statistics.add(use);
    co_return service::Done{};
}

}  // namespace

}  // namespace postern::scache

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("scache", argc, argv, {.share_is_processes = true});
    const auto every = daemon.config().time("connection_cache_status_update_time");
    daemon.drop_privileges();

    auto& loop = daemon.loop();
    scache::Statistics statistics(loop.clock().wall());
    daemon.tasks().spawn(scache::report_regularly(loop, statistics, every, daemon.log()));

    service::Server server(loop, daemon.server_limits(), daemon.on_bug());
    server.on<service::CacheUse>(
        [&statistics](service::CacheUse use) { return scache::note(statistics, use); });
    const int status = daemon.serve(server);
    scache::log_statistics(statistics, loop.clock().wall(), daemon.log());
    return status;
}
