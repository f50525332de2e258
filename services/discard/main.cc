// discard: throws messages away, and says that they were delivered (discard(8)).
#include "lib/delivery/agent.h"

namespace postern::discard {

namespace {

/// The nexthop is the reason, with an enhanced status code where one is wanted.
Task<void> discard(delivery::Job& job) {
    const auto reason = mail::split_coded_text(job.request().nexthop, {2, 0, 0});
    delivery::Settlement settlement;
    settlement.outcome = service::Outcome::delivered;
    settlement.status = reason.code;
    settlement.text = reason.text;
    job.settle_all(settlement);
    co_return;
}

}  // namespace

}  // namespace postern::discard

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("discard", argc, argv);
    delivery::Agent agent(daemon);
    daemon.drop_privileges();
    return agent.serve(discard::discard);
}
