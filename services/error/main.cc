// error: gives every recipient back to the sender, with the nexthop as the reason (error(8)). Under
// the service name "retry" it defers them instead.
#include "lib/delivery/agent.h"

namespace postern::error {

namespace {

Task<void> fail(delivery::Job& job, service::Outcome outcome) {
    const mail::StatusCode general{
        static_cast<std::uint8_t>(outcome == service::Outcome::deferred ? 4 : 5), 0, 0};
    const auto reason = mail::split_coded_text(job.request().nexthop, general);
    delivery::Settlement settlement;
    settlement.outcome = outcome;
    settlement.status = reason.code.as(general.kind);
    settlement.text = reason.text;
    job.settle_all(settlement);
    co_return;
}

}  // namespace

}  // namespace postern::error

int main(int argc, char** argv) {
    using namespace postern;
    service::Daemon daemon("error", argc, argv);
    delivery::Agent agent(daemon);
    const bool defers = daemon.options().service_name == "retry";
    const auto outcome = defers ? service::Outcome::deferred : service::Outcome::bounced;
    daemon.drop_privileges();
    return agent.serve([outcome](delivery::Job& job) { return error::fail(job, outcome); });
}
