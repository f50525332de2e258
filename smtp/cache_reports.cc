// Counting and reporting; see the header.
#include "smtp/cache_reports.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace postern::smtp {

namespace {

std::string socket_of(const Settings& settings) { return "private/" + settings.connection_cache_service_name; }

bool exists(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

}  // namespace

CacheReports::CacheReports(event::Loop& loop, const Settings& settings, service::Client::Limits limits,
                           event::TaskGroup::OnBug on_bug, Log log)
    : loop_(loop),
      timeout_(settings.connection_cache_protocol_timeout),
      is_wanted_(exists(socket_of(settings))),
      log_(log),
      scache_(loop, socket_of(settings), limits),
      reports_(loop, std::move(on_bug)) {}

void CacheReports::looked_by_destination(bool was_found) {
    ++(was_found ? use_.destination_hits : use_.destination_misses);
    send_soon();
}

void CacheReports::looked_by_address(bool was_found) {
    ++(was_found ? use_.address_hits : use_.address_misses);
    send_soon();
}

void CacheReports::kept(std::size_t destinations, std::size_t addresses, std::size_t connections) {
    use_.destinations = std::max(use_.destinations, static_cast<std::int64_t>(destinations));
    use_.addresses = std::max(use_.addresses, static_cast<std::int64_t>(addresses));
    use_.connections = std::max(use_.connections, static_cast<std::int64_t>(connections));
}

void CacheReports::send_soon() {
    if (is_wanted_ && !is_set()) loop_.set(*this, loop_.in(seconds(1)));
}

void CacheReports::send() {
    stop();
    const auto use = std::exchange(use_, {});
    if (is_wanted_ && use.destination_hits + use.destination_misses > 0) reports_.spawn(report(use));
}

Task<void> CacheReports::report(service::CacheUse use) {
    const auto noted = co_await scache_.call(use, loop_.in(timeout_));
    // Nobody's mail depends on it.
    if (!noted) log_.verbose(1, "{}: {}: nothing is reported", scache_.path(), noted.error().text);
}

}  // namespace postern::smtp
