// tlsproxy: speaks TLS with clients for other daemons (tlsproxy(8)): takes a client's connection, and
// carries its plain text on the connection over which it was handed.
#include "lib/report/session_numbers.h"
#include "lib/service/daemon.h"
#include "services/tlsproxy/server.h"

#include <unistd.h>

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("tlsproxy", argc, argv, {.share_is_processes = true,
                            .watchdog_timeout = "tlsproxy_watchdog_timeout"});
    service::Tables tables(daemon);
    const tlsproxy::Server server(daemon, tables);
    tables.watch();
    daemon.drop_privileges();

    report::SessionNumbers numbers(static_cast<std::uint64_t>(::getpid()));
    return daemon.serve_sessions([&](service::Session accepted) {
        return server.serve(std::move(accepted), daemon.reporter().numbered(numbers.next()));
    });
}
