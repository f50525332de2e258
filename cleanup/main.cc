// cleanup: completes messages and puts them into the incoming queue (cleanup(8)).
#include "cleanup/address_rules.h"
#include "cleanup/intake.h"
#include "cleanup/notifier.h"
#include "cleanup/own_milters.h"
#include "cleanup/settings.h"
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/spool_of.h"
#include "lib/service/tables.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("cleanup", argc, argv);
    const config::Config& config = daemon.config();

    const cleanup::Settings settings(config);
    service::Tables tables(daemon);
    service::Client rewrite = service::private_client(daemon.loop(), config, "rewrite_service_name");
    auto rules =
        cleanup::AddressRules::from(config, tables.registry(), rewrite, daemon.loop(),
                                    daemon.log());
    if (!rules) daemon.log().fatal("{}", rules.error().text);
    const auto checks = mail::ContentChecks::open(
        "", [&tables](const std::string& parameter) { return tables.open(parameter); });
    auto spool = service::spool_here(config);
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    mail::ContentChecks milter_checks;
    milter_checks.header = {"milter_header_checks", tables.open("milter_header_checks")};
    milter_checks.mime_header = milter_checks.nested_header = milter_checks.header;
    const cleanup::OwnMilters own_milters(daemon);
    tables.watch();
    daemon.watch(rules->files());
    daemon.drop_privileges();

    service::Client bounce = service::private_client(daemon.loop(), config, "bounce_service_name");
    service::Client trace = service::private_client(daemon.loop(), config, "trace_service_name");
    cleanup::Notifier qmgr(daemon.loop(), config, daemon.on_bug());
    postern::event::FileSync disk(daemon.loop(), daemon.disk());
    const cleanup::Workshop workshop{
        settings,         *spool, *rules, checks, daemon.loop().clock(), daemon.reporter(),
        disk, qmgr, trace, daemon.loop(), own_milters.empty() ? nullptr : &own_milters, &milter_checks};
    cleanup::Intake intake(workshop, bounce, daemon.loop());
    // The next queue manager finds the messages by itself.
    daemon.keep_while([&] { return qmgr.unconfirmed() > 0 && !daemon.is_master_gone(); });

    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::Submit>([&intake](service::Submit request, service::Content& content) {
        return intake.submit(std::move(request), content);
    });
    return daemon.serve(server);
}
