// flush: remembers which deferred messages wait for which site (flush(8)).
#include "lib/service/daemon.h"
#include "lib/service/spool_of.h"
#include "lib/service/tables.h"
#include "services/flush/flusher.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace postern::flush {
namespace {

mail::DomainList open_domains(service::Daemon& daemon, service::Tables& tables) {
    constexpr const char* parameter = "fast_flush_domains";
    const auto parents = daemon.config().list("parent_domain_matches_subdomains");
    const bool parents_match = std::ranges::find(parents, parameter) != parents.end();
    const auto subdomains = parents_match ? mail::Subdomains::always : mail::Subdomains::dotted;
    auto domains = mail::DomainList::open(parameter, daemon.config().text(parameter), subdomains,
                                          tables.registry());
    if (!domains) daemon.log().fatal("{}", domains.error().text);
    return std::move(*domains);
}

}  // namespace
}  // namespace postern::flush

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("flush", argc, argv);
    service::Tables tables(daemon);
    mail::DomainList domains = flush::open_domains(daemon, tables);
    tables.watch();
    auto spool = service::spool_here(daemon.config());
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    daemon.drop_privileges();

    auto shared_spool = std::make_shared<const queue::Spool>(std::move(*spool));
    flush::Flusher flusher(daemon, std::move(shared_spool), std::move(domains));
    service::Server server(daemon.loop(), daemon.server_limits(), daemon.on_bug());
    server.on<service::RecordDeferred>(
        [&](service::RecordDeferred message) { return flusher.record(std::move(message)); });
    server.on<service::FlushSite>(
        [&](service::FlushSite request) { return flusher.flush_site(std::move(request.site)); });
    server.on<service::FlushQueueId>([&](service::FlushQueueId request) {
        return flusher.flush_message(std::move(request.queue_id));
    });
    server.on<service::Trigger>([&](service::Trigger trigger) {
        return flusher.refresh(trigger.letters.find('P') != std::string::npos);
    });
    return daemon.serve(server);
}
