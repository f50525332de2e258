// verify: finds out whether mail to an address can be delivered, and remembers it (verify(8)).
#include "lib/service/cache_file.h"
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/tables.h"
#include "services/verify/address_cache.h"
#include "services/verify/prober.h"

namespace postern::verify {

namespace {

/// Without address_verify_map it is in memory, and begins empty with each process.
std::unique_ptr<table::Store> open_cache(service::Daemon& daemon, table::Registry& registry) {
    constexpr std::string_view parameter = "address_verify_map";
    const std::string name = daemon.config().text(parameter);
    return service::open_cache(daemon, registry, parameter, name.empty() ? "internal:verify" : name);
}

Task<Result<service::AddressKnowledge>> query(AddressCache& cache, Prober& prober, WallTime now,
                                              service::QueryAddress request) {
    auto answer = cache.query(request.address, now);
    if (answer.wants_probe) prober.probe(std::move(request.address));
    co_return std::move(answer.knowledge);
}

Task<Result<service::Done>> update(AddressCache& cache, WallTime now,
                                   service::UpdateAddress result) {
    cache.update(result, now);
    co_return service::Done{};
}

Task<void> clean_regularly(event::Loop& loop, AddressCache& cache, seconds every) {
    while (every > seconds(0)) {
        co_await event::Sleep(loop, loop.in(every));
        while (cache.clean_some(loop.clock().wall()))
            co_await event::Yield(loop);
    }
}

}  // namespace

}  // namespace postern::verify

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("verify", argc, argv, {.stays = true, .share_is_processes = true});
    const config::Config& config = daemon.config();
    service::Tables tables(daemon);
    const verify::ProbeSettings settings(config);
    verify::AddressCache cache(verify::Lifetimes(config),
                               verify::open_cache(daemon, tables.registry()), daemon.log());
    daemon.drop_privileges();

    auto& loop = daemon.loop();
    service::Client cleanup = service::public_client(loop, config, "cleanup_service_name");
    verify::Prober prober(settings, cleanup, loop, daemon.tasks(), daemon.log());
    daemon.tasks().spawn(
        verify::clean_regularly(loop, cache, config.time("address_verify_cache_cleanup_interval")));
    daemon.on_retire([&cache] { cache.give_up(); });  // the next process waits for its lock

    service::Server server(loop, daemon.server_limits(), daemon.on_bug());
    server.on<service::QueryAddress>([&](service::QueryAddress request) {
        return verify::query(cache, prober, loop.clock().wall(), std::move(request));
    });
    server.on<service::UpdateAddress>([&](service::UpdateAddress result) {
        return verify::update(cache, loop.clock().wall(), std::move(result));
    });
    return daemon.serve(server);
}
