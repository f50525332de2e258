// local: delivers to the users of this machine, through aliases and .forward files (local(8)).
#include "lib/delivery/agent.h"
#include "lib/delivery/loop_check.h"
#include "lib/delivery/maildir.h"
#include "lib/service/client_of.h"
#include "lib/service/tables.h"
#include "local/delivery.h"

namespace postern::local {

namespace {

Task<void> deliver(const Post& post, delivery::Job& job) {
    const auto seen = delivery::delivered_to(job.content());
    for (const std::size_t recipient : job.open_recipients()) {
        if (!seen) co_return;  // damaged: the agent defers what is open
        Delivery delivery(post, job, recipient, *seen);
        co_await delivery.run();
    }
}

}  // namespace

}  // namespace postern::local

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.privileges = service::Privileges::root;
    service::Daemon daemon("local", argc, argv, traits);
    const config::Config& config = daemon.config();

    auto settings = local::Settings::from(config);
    if (!settings) daemon.log().fatal("{}", settings.error().text);
    if (config.boolean("sun_mailtool_compatibility"))
        daemon.log().warning(
            "sun_mailtool_compatibility: deprecated parameter, use "
            "\"mailbox_delivery_lock = dotlock\" instead");
    service::Tables tables(daemon);
    table::OpenOptions sensitive;
    sensitive.is_sensitive = true;
    service::Client rewrite = service::private_client(daemon.loop(), config, "rewrite_service_name");
    service::Client cleanup = service::public_client(daemon.loop(), config, "cleanup_service_name");
    delivery::UserThreads threads(daemon.loop());
    postern::event::Pool commands(daemon.loop(), delivery::UserThreads::most);
    const std::string filter = "local_delivery_status_filter";
    const local::Post post{*settings,
                           config,
                           daemon.loop(),
                           daemon.log(),
                           rewrite,
                           cleanup,
                           threads,
                           {threads, daemon.loop().clock(), daemon.log()},
                           daemon.names(),
                           commands,
                           daemon.options().service_name,
                           delivery::queue_device(),
                           local::Biff(),
                           tables.open("alias_maps", sensitive),
                           tables.open("mailbox_command_maps", sensitive),
                           tables.open("mailbox_transport_maps", sensitive),
                           tables.open("fallback_transport_maps", sensitive),
                           {filter, tables.open(filter), daemon.log()}};
    delivery::Agent agent(daemon);
    tables.watch();
    daemon.drop_privileges();
    return agent.serve([&post](delivery::Job& job) { return local::deliver(post, job); });
}
