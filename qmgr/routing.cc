// Routes and deliveries; see the header.
#include "qmgr/routing.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <map>
#include <utility>

namespace postern::qmgr {

namespace {

/// "transport:nexthop" of a content filter.
std::pair<std::string, std::string> split_filter(const std::string& filter) {
    const auto parts = cut(filter, ':');
    if (!parts) return {filter, {}};
    return {std::string(parts->first), std::string(parts->second)};
}

service::DeliveryRecipient entry_of(const queue::Recipient& recipient, std::string address) {
    service::DeliveryRecipient entry;
    entry.address = std::move(address);
    entry.original = recipient.original;
    entry.dsn_orcpt = recipient.dsn_orcpt;
    entry.notify = recipient.notify.bits;
    entry.offset = recipient.offset;
    return entry;
}

}  // namespace

Routing::Routing(const Office& office, std::string_view queue_id, const queue::Envelope& envelope,
                 bool ignores_defer_transports)
    : office_(office),
      id_(queue_id),
      envelope_(envelope),
      ignores_defer_transports_(ignores_defer_transports) {}

Task<std::vector<service::Route>> Routing::resolve(
    const std::vector<queue::Recipient>& recipients) const {
    service::Resolve request;
    request.sender = envelope_.sender;
    request.for_verification = envelope_.trace_flags().has(queue::TraceFlags::probe);
    for (const queue::Recipient& recipient : recipients)
        request.recipients.push_back(recipient.address);
    auto answer = co_await office_.rewrite.call(std::move(request),
                                                office_.loop.in(office_.settings.ipc_timeout));
    if (answer && answer->routes.size() == recipients.size()) co_return std::move(answer->routes);
    service::Route unknown;
    unknown.failure = answer ? "short answer" : answer.error().text;
    office_.reporter.log().warning("{}: address resolver failure: {}", id_, unknown.failure);
    co_return std::vector<service::Route>(recipients.size(), unknown);
}

/// What goes before the route of the address: filters, and reasons not to deliver.
service::Route Routing::overridden(service::Route route, const queue::Recipient& recipient) const {
    if (!route.failure.empty()) {
        route.transport = "retry";
        route.nexthop = "4.3.0 address resolver failure";
        route.recipient = recipient.address;
        return route;
    }
    if (!route.relocated.empty()) {
        route.transport = office_.settings.error_service_name;
        route.nexthop = route.relocated;
    }
    // A probe asks about the address, not about the filter before it.
    if (!envelope_.content_filter.empty() && !envelope_.trace_flags().delivers_nothing())
        filter(route);
    if (!ignores_defer_transports_ &&
        office_.settings.defer_transports.contains(route.transport)) {
        route.transport = "retry";
        route.nexthop = "4.3.2 deferred transport";
    }
    return route;
}

void Routing::filter(service::Route& route) const {
    std::tie(route.transport, route.nexthop) = split_filter(envelope_.content_filter);
    if (route.nexthop.empty()) route.nexthop = office_.config.text("default_filter_nexthop");
    if (route.nexthop.empty()) route.nexthop = mail::split_address(route.recipient).domain;
}

bool Routing::is_answer_to_notice(const service::Route& route) const {
    return route.address_class == service::AddressClass::local &&
           same(mail::split_address(route.recipient).localpart,
                office_.settings.double_bounce_sender);
}

Task<Division> Routing::divide(std::vector<queue::Recipient> recipients) const {
    const auto routes = co_await resolve(recipients);
    Division division;
    auto& pieces = division.pieces;
    std::map<std::pair<Transport*, std::string>, std::size_t> open;  // the piece that still grows
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        if (is_answer_to_notice(routes[i])) {
            division.answers_to_notices.push_back(std::move(recipients[i]));
            continue;
        }
        service::Route route = overridden(routes[i], recipients[i]);
        Transport& transport = office_.scheduler.transport(route.transport);
        // With VERP each recipient has a sender of its own, and thus a delivery.
        const std::size_t limit = transport.settings().destination_recipient_limit;
        const std::size_t most = envelope_.verp_delimiters.empty() ? limit : 1;
        const std::string& destination = limit == 1 ? route.recipient : route.nexthop;
        const auto [place, is_new] =
            open.try_emplace(std::pair(&transport, destination), pieces.size());
        if (!is_new && most > 0 && pieces[place->second].recipients.size() >= most)
            place->second = pieces.size();
        if (place->second == pieces.size())
            pieces.push_back({&transport, destination, route.nexthop, {}});
        pieces[place->second].recipients.push_back(
            entry_of(recipients[i], std::move(route.recipient)));
    }
    co_return division;
}

}  // namespace postern::qmgr
