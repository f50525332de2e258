// anvil: counts connections, and the rates of clients' requests, for all processes of a service
// (anvil(8)).
#include "lib/service/daemon.h"
#include "services/anvil/statistics.h"

namespace postern::anvil {

namespace {

void log_statistics(const Peaks& peaks, seconds unit, const Log& log) {
    for (const std::string& line : statistics(peaks, unit)) log.info("{}", line);
}

Task<void> report_regularly(event::Loop& loop, ClientTable& clients, seconds every, seconds unit,
                            Log log) {
    for (;;) {
        co_await event::Sleep(loop, loop.in(every));
        clients.forget_idle(loop.now());
        log_statistics(clients.take_peaks(), unit, log);
    }
}

Task<Result<service::ClientRates>> count(event::Loop& loop, ClientTable& clients,
                                         service::CountClient event) {
    co_return clients.count(event, loop.now(), loop.clock().wall());
}

}  // namespace

}  // namespace postern::anvil

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("anvil", argc, argv, {.share_is_processes = true});
    const auto unit = daemon.config().time("anvil_rate_time_unit");
    const auto every = daemon.config().time("anvil_status_update_time");
    daemon.drop_privileges();

    auto& loop = daemon.loop();
    anvil::ClientTable clients(unit);
    daemon.tasks().spawn(anvil::report_regularly(loop, clients, every, unit, daemon.log()));

    service::Server server(loop, daemon.server_limits(), daemon.on_bug());
    server.on<service::CountClient>([&](service::CountClient event) {
        return anvil::count(loop, clients, std::move(event));
    });
    const int status = daemon.serve(server);
    anvil::log_statistics(clients.take_peaks(), unit, daemon.log());
    return status;
}
