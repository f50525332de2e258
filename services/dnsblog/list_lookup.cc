// DNS lists; see the header.
#include "services/dnsblog/list_lookup.h"

#include "lib/report/postscreen_events.h"

#include <fmt/format.h>

namespace postern::dnsblog {

namespace {

/// Longer than any resolver tries; who asks has his own, shorter patience.
constexpr seconds longest_wait{100};

}  // namespace

service::ListAnswer ListLookup::found(const service::AskList& request,
                                      const dns::Response& response) const {
    service::ListAnswer answer;
    for (const dns::Record& record : response.records) {
        const auto* host = std::get_if<dns::HostAddress>(&record.data);
        if (!host) continue;
        answer.addresses.push_back(host->address.host());
        reporter_.report(report::AddressListed{request.client_address, request.domain,
                                               answer.addresses.back()});
    }
    // A negative answer without a SOA record does not say how long it holds.
    if (!answer.addresses.empty() || response.ttl > seconds(0)) answer.ttl = response.ttl.count();
    return answer;
}

Task<Result<service::ListAnswer>> ListLookup::ask(service::AskList request) {
    const auto client = event::SocketAddress::numeric(request.client_address, 0);
    if (!client) co_return client.error();
    const std::string name = fmt::format("{}.{}", dns::reversed_labels(*client), request.domain);
    auto response = co_await resolver_.look_up(name, dns::Type::a, loop_.in(longest_wait));
    service::ListAnswer answer;
    if (!response)
        reporter_.log().warning("dnsblog_query: lookup error for DNS query {}: {}", name,
                                response.error().text);
    else
        answer = found(request, *response);
    if (reply_delay_ > seconds(0)) co_await event::Sleep(loop_, loop_.in(reply_delay_));
    co_return answer;
}

}  // namespace postern::dnsblog
