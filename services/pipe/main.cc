// pipe: gives messages to commands outside of the mail system (pipe(8)).
#include "lib/delivery/agent.h"
#include "lib/service/tables.h"
#include "services/pipe/delivery.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.concurrency = service::Concurrency::one;
    traits.privileges = service::Privileges::root;
    service::Daemon daemon("pipe", argc, argv, traits);

    auto attributes = pipe::Attributes::parse(daemon.options().arguments, daemon.config());
    if (!attributes)
        daemon.log().fatal("service {}: {}", daemon.options().service_name,
                           attributes.error().text);
    service::Tables tables(daemon);
    const std::string filter = "pipe_delivery_status_filter";
    const pipe::Service service(daemon.config(), std::move(*attributes),
                                {filter, tables.open(filter), daemon.log()}, daemon.loop(),
                                daemon.log());
    delivery::Agent agent(daemon);
    tables.watch();
    daemon.drop_privileges();
    return agent.serve([&service](delivery::Job& job) { return pipe::deliver(service, job); });
}
