// postscreen: keeps robots away from smtpd (postscreen(8)).
#include "lib/report/session_numbers.h"
#include "lib/service/cache_file.h"
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/writer_backend.h"
#include "services/postscreen/screening.h"

#include <unistd.h>

namespace {

using namespace postern;

constexpr std::string_view shared = "proxy:";

postscreen::Settings read_settings(const service::Daemon& daemon) {
    auto settings = postscreen::Settings::from(daemon.config());
    if (!settings) daemon.log().fatal("{}", settings.error().text);
    return std::move(*settings);
}

std::unique_ptr<postscreen::CacheStore> open_cache(service::Daemon& daemon, table::Registry& registry,
                                                   table::ProxyBackend& proxy,
                                                   const std::string& name) {
    if (name.empty()) return nullptr;
    if (name.starts_with(shared)) return postscreen::shared_cache(proxy, name.substr(shared.size()));
    return postscreen::local_cache(daemon.loop(),
                                   service::open_cache(daemon, registry, "postscreen_cache_map", name));
}

}  // namespace

int main(int argc, char** argv) {
    service::Daemon daemon("postscreen", argc, argv, {.share_is_processes = true,
                            .watchdog_timeout = "postscreen_watchdog_timeout"});
    const postscreen::Settings settings = read_settings(daemon);
    service::Tables tables(daemon);
    service::WriterBackend proxywrite(daemon.loop(), daemon.config());
    const postscreen::Lists lists(daemon, tables);
    const postscreen::Starttls starttls(daemon);
    postscreen::Cache cache(daemon.loop(), settings.cache_map,
                            open_cache(daemon, tables.registry(), proxywrite, settings.cache_map),
                            daemon.reporter());
    tables.watch();
    daemon.drop_privileges();

    // The next process waits for the cache; who is under test here can be tested again.
    daemon.on_retire([&] { cache.give_up(); });
    if (!settings.cache_map.empty())
        daemon.tasks().spawn(cache.clean_regularly(
            settings.cache_cleanup_interval, [&settings](std::string_view value, std::int64_t now) {
                return postscreen::is_of_use(settings, value, now);
            }));
    service::Client dnsblog = service::private_client(daemon.loop(), daemon.config(), "dnsblog_service_name");
    postscreen::Crowd crowd(settings.pre_queue_limit, daemon.reporter());
    const postscreen::House house{settings, lists,    cache,        crowd,
                                  dnsblog,  starttls, daemon.loop()};

    report::SessionNumbers numbers(static_cast<std::uint64_t>(::getpid()));
    return daemon.serve_sessions([&](service::Session accepted) {
        return postscreen::screen(house, std::move(accepted),
                                  daemon.reporter().numbered(numbers.next()));
    });
}
