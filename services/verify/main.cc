// verify: remembers what was found out about the deliverability of addresses (verify(8)).
#include "lib/service/daemon.h"
#include "services/verify/address_cache.h"

namespace postern::verify {

namespace {

Lifetimes lifetimes_of(const config::Config& config) {
    return {config.time("address_verify_positive_expire_time"),
            config.time("address_verify_negative_expire_time"),
            config.boolean("address_verify_negative_cache")};
}

Task<Result<service::AddressKnowledge>> query(AddressCache& cache, WallTime now,
                                              service::QueryAddress request) {
    co_return cache.find(request.address, now);
}

Task<Result<service::Done>> update(AddressCache& cache, WallTime now, service::UpdateAddress result) {
    cache.update(result, now);
    co_return service::Done{};
}

Task<void> clean_up(event::Loop& loop, AddressCache& cache, seconds every) {
    while (every > seconds(0)) {
        co_await event::Sleep(loop, loop.in(every));
        cache.forget_expired(loop.clock().wall());
    }
}

}  // namespace

}  // namespace postern::verify

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("verify", argc, argv, {.stays = true, .share_is_processes = true});
    const config::Config& config = daemon.config();
    daemon.drop_privileges();

    auto& loop = daemon.loop();
    verify::AddressCache cache(verify::lifetimes_of(config));
    daemon.tasks().spawn(verify::clean_up(loop, cache, config.time("address_verify_cache_cleanup_interval")));

    service::Server server(loop, daemon.server_limits(), daemon.on_bug());
    server.on<service::QueryAddress>([&](service::QueryAddress request) {
        return verify::query(cache, loop.clock().wall(), std::move(request));
    });
    server.on<service::UpdateAddress>([&](service::UpdateAddress result) {
        return verify::update(cache, loop.clock().wall(), std::move(result));
    });
    return daemon.serve(server);
}
