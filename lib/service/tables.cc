// A daemon's tables; see the header.
#include "lib/service/tables.h"

namespace postern::service {

Tables::Tables(Daemon& daemon)
    : daemon_(daemon),
      proxymap_(daemon.loop(), daemon.config()),
      registry_(daemon.config(),
                {.warn = [&daemon](const std::string& text) { daemon.log().warning("{}", text); },
                 .loop = &daemon.loop(),
                 .names = &daemon.names(),
                 .proxy = &proxymap_,
                 .error = [this](const std::string& text) { report_unopened(text); },
                 .inform = [&daemon](const std::string& text) { daemon.log().info("{}", text); }}) {}

void Tables::report_unopened(const std::string& text) {
    if (daemon_.config().boolean("daemon_table_open_error_is_fatal"))
        daemon_.log().fatal("{}", text);
    daemon_.log().error("{}", text);
}

table::Maps Tables::open(std::string_view parameter, table::OpenOptions options) {
    auto maps = registry_.open_maps(parameter, daemon_.config().text(parameter), options);
    if (!maps) daemon_.log().fatal("{}", maps.error().text);
    return std::move(*maps);
}

void Tables::watch() {
    daemon_.watch(registry_.watched_files());
}

}  // namespace postern::service
