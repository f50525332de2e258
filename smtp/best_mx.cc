// Handing a request on; see the header.
#include "smtp/best_mx.h"

#include "lib/base/strings.h"
#include "lib/service/client.h"

namespace postern::smtp {

Task<Result<void>> pass_to_transport(event::Loop& loop, delivery::Job& job, std::string best_mx_transport) {
    service::DeliveryRequest request = job.request();
    const auto parts = cut(best_mx_transport, ':');
    const std::string transport(parts ? parts->first : best_mx_transport);
    if (parts && !parts->second.empty()) request.nexthop = parts->second;
    const std::vector<std::size_t> open = job.open_recipients();
    request.recipients.clear();
    for (const std::size_t recipient : open) request.recipients.push_back(job.request().recipients[recipient]);

    service::Client client(loop, "private/" + transport);
    auto reply = co_await client.call(std::move(request), Deadline::never());
    if (!reply) co_return reply.error();
    for (service::DeliveryResult& result : reply->results) {
        const auto index = static_cast<std::size_t>(result.recipient);
        if (index < open.size()) job.settled_elsewhere(open[index], std::move(result));
    }
    co_return success();
}

}  // namespace postern::smtp
