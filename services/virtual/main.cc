// virtual: delivers to mailboxes that tables name, without system accounts (virtual(8)).
#include "lib/delivery/agent.h"
#include "lib/service/tables.h"
#include "services/virtual/mailbox.h"

int main(int argc, char** argv) {
    using namespace postern;
    service::Traits traits;
    traits.privileges = service::Privileges::root;
    service::Daemon daemon("virtual", argc, argv, traits);

    service::Tables tables(daemon);
    delivery::UserThreads threads(daemon.loop());
    const virtual_::Mailboxes mailboxes(
        daemon.config(), tables, {threads, daemon.loop().clock(), daemon.log()}, daemon.log());
    delivery::Agent agent(daemon);
    tables.watch();
    daemon.drop_privileges();
    return agent.serve([&mailboxes](delivery::Job& job) { return mailboxes.deliver(job); });
}
