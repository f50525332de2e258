// tlsmgr: keeps what the TLS sessions of all processes share: the keys of tickets and the caches of
// sessions (tlsmgr(8)).
#include "lib/service/daemon.h"
#include "lib/service/qmgr.h"
#include "lib/service/tables.h"
#include "lib/service/tlsmgr.h"
#include "lib/tls/random.h"
#include "services/tlsmgr/randomness.h"
#include "services/tlsmgr/session_cache.h"
#include "services/tlsmgr/ticket_key_ring.h"

#include <map>

namespace postern::tlsmgr {

namespace {

using tls::SessionCache;
using Caches = std::map<SessionCache, SessionCacheTable>;

/// Shorter is not worth a cache (postconf(5), smtpd_tls_session_cache_timeout).
constexpr seconds shortest{120};
/// Entries looked at in one go while cleaning up; between them requests are answered.
constexpr std::size_t entries_at_once = 100;

seconds lifetime_of(const config::Config& config, const std::string& prefix) {
    const seconds configured = config.time(prefix + "tls_session_cache_timeout");
    return configured <= seconds(0) ? seconds(0) : std::max(configured, shortest);
}

/// The cache of a side, where main.cf has one. A table that does not open is said, and missed:
/// handshakes work without.
void open_cache(Caches& caches, SessionCache cache, const std::string& prefix,
                service::Daemon& daemon, service::Tables& tables) {
    const std::string parameter = prefix + "tls_session_cache_database";
    const std::string name = daemon.config().text(parameter);
    const seconds lifetime = lifetime_of(daemon.config(), prefix);
    if (name.empty() || lifetime == seconds(0)) return;
    auto store = table::open_store(tables.registry(), name);
    if (store)
        caches.emplace(cache, SessionCacheTable(std::move(*store), lifetime));
    else
        daemon.log().warning("{}: {}", parameter, store.error().text);
}

void log_if_failed(const Log& log, const Result<void>& done) {
    if (!done) log.warning("TLS session cache: {}", done.error().text);
}

Task<Result<service::TicketKeyList>> ticket_keys(TicketKeyRing& ring, WallTime now) {
    service::TicketKeyList list;
    for (tls::TicketKey& key : ring.keys(now))
        list.keys.push_back({std::move(key.name), std::move(key.cipher_key), std::move(key.mac_key),
                             key.issues_until, key.accepts_until});
    co_return list;
}

Task<Result<service::FoundTlsSession>> find(Caches& caches, WallTime now,
                                            service::FindTlsSession request) {
    const auto cache = caches.find(request.cache);
    if (cache == caches.end()) co_return service::FoundTlsSession{};
    auto found = cache->second.find(request.id, now);
    if (!found) co_return found.error();
    co_return service::FoundTlsSession{std::move(*found)};
}

Task<Result<service::Done>> save(Caches& caches, WallTime now, service::SaveTlsSession request) {
    const auto cache = caches.find(request.cache);
    if (cache == caches.end()) co_return service::Done{};
    auto done = request.session.empty() ? cache->second.remove(request.id)
                                        : cache->second.save(request.id, request.session, now);
    if (!done) co_return done.error();
    co_return service::Done{};
}

Task<void> clean_up(event::Loop& loop, SessionCacheTable& cache, Log log) {
    for (;;) {
        co_await event::Sleep(loop, loop.in(cache.lifetime()));
        for (;;) {
            auto is_over = cache.clean_up(entries_at_once, loop.clock().wall());
            if (!is_over) log_if_failed(log, is_over.error());
            if (!is_over || *is_over) break;
            co_await event::Yield(loop);
        }
    }
}

Task<Result<service::RandomBytes>> random_bytes(std::int64_t count) {
    if (count < 1 || count > service::GetRandomBytes::most) co_return permanent("bad count");
    co_return service::RandomBytes{tls::random_bytes(static_cast<std::size_t>(count))};
}

Task<Result<service::Done>> wake_up() { co_return service::Done{}; }

}  // namespace

}  // namespace postern::tlsmgr

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("tlsmgr", argc, argv, {.stays = true, .share_is_processes = true});
    service::Tables tables(daemon);
    daemon.drop_privileges();

    auto& loop = daemon.loop();
    tlsmgr::TicketKeyRing ring(tlsmgr::lifetime_of(daemon.config(), "smtpd_"), tls::random_bytes);
    tlsmgr::Randomness randomness(loop, tlsmgr::RandomSettings(daemon.config()), daemon.log());
    daemon.tasks().spawn(randomness.reseed_regularly());
    daemon.tasks().spawn(randomness.update_regularly());
    tlsmgr::Caches caches;
    tlsmgr::open_cache(caches, tls::SessionCache::smtpd, "smtpd_", daemon, tables);
    tlsmgr::open_cache(caches, tls::SessionCache::smtp, "smtp_", daemon, tables);
    tlsmgr::open_cache(caches, tls::SessionCache::lmtp, "lmtp_", daemon, tables);
    for (auto& [kind, cache] : caches)
        daemon.tasks().spawn(tlsmgr::clean_up(loop, cache, daemon.log()));

    service::Server server(loop, daemon.server_limits(), daemon.on_bug());
    server.on<service::Trigger>([](service::Trigger) { return tlsmgr::wake_up(); });
    server.on<service::GetTicketKeys>([&](service::GetTicketKeys) {
        return tlsmgr::ticket_keys(ring, loop.clock().wall());
    });
    server.on<service::FindTlsSession>([&](service::FindTlsSession request) {
        return tlsmgr::find(caches, loop.clock().wall(), std::move(request));
    });
    server.on<service::SaveTlsSession>([&](service::SaveTlsSession request) {
        return tlsmgr::save(caches, loop.clock().wall(), std::move(request));
    });
    server.on<service::GetRandomBytes>(
        [](service::GetRandomBytes request) { return tlsmgr::random_bytes(request.count); });
    return daemon.serve(server);
}
