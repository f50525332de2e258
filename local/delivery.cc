// One recipient; see the header.
#include "local/delivery.h"

#include "lib/base/strings.h"
#include "lib/delivery/loop_check.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

Delivery::Delivery(const Post& post, delivery::Job& job, std::size_t recipient,
                   const std::vector<std::string>& delivered_to)
    : post_(post), job_(job), recipient_(recipient), delivered_to_(delivered_to) {}

Task<void> Delivery::run() {
    Stop stop;
    stop.address = job_.request().recipients[recipient_].address;
    stop.sender = job_.request().sender;
    co_await deliver_recipient(std::move(stop));
    co_await send_forwards();
    job_.complete(recipient_);
}

Task<void> Delivery::deliver_recipient(Stop stop) {
    split_localpart(stop);
    if (delivery::is_among(delivered_to_, stop.address))
        co_return co_await settle(
            stop, Settlement::failed({5, 4, 6}, "mail forwarding loop for " + stop.address));
    if (stop.depth > post_.settings.nesting_limit)
        co_return co_await settle(
            stop,
            Settlement::failed({5, 4, 6}, "possible alias database loop for " + stop.address));
    auto done = co_await deliver_alias(stop);
    if (!done) {
        post_.log.warning("{}", done.error().text);
        co_return co_await settle(stop,
                                  Settlement::failed({4, 3, 0}, "alias database unavailable"));
    }
    if (!*done) co_await deliver_user(std::move(stop));
}

void Delivery::split_localpart(Stop& stop) const {
    const auto parts = mail::split_address(stop.address);
    const auto split = mail::split_extension(parts.localpart, post_.settings.recipient_delimiter,
                                             post_.settings.owner_request_special);
    stop.user = lower(split ? split->user : parts.localpart);
    stop.extension = stop.unmatched = split ? std::string(split->extension) : "";
    stop.delimiter =
        split ? std::string(1, split->delimiter) : post_.settings.recipient_delimiter.substr(0, 1);
    if (stop.extension.find('/') == std::string::npos) return;
    // It would lead file names out of their folder.
    post_.log.warning("{}: address with illegal extension: {}", job_.request().queue_id,
                      parts.localpart);
    stop.extension = stop.unmatched = "";
}

Task<void> Delivery::settle(const Stop& stop, Settlement settlement) {
    settlement.relay = post_.service_name;
    settlement.dsn_passed_on = is_expanded_;
    const Settlement final = co_await post_.filter.filtered(std::move(settlement));
    job_.settle_part(recipient_, stop.address, final);
}

Task<void> Delivery::settle_table_trouble(const Stop& stop, const Error& error) {
    post_.log.warning("{}", error.text);
    co_await settle(stop, Settlement::failed({4, 3, 0}, "table lookup failure"));
}

const std::string& Delivery::delivered_to(const std::string& address) const {
    return post_.settings.frozen_delivered_to ? job_.request().recipients[recipient_].address
                                              : address;
}

Letter Delivery::letter(const Stop& stop) const {
    return {job_, job_.request().recipients[recipient_], stop, delivered_to(stop.address)};
}

void Delivery::forward(const Stop& stop) {
    if (is_first("forward:" + stop.address))
        forwards_.add({stop.sender, delivered_to(stop.via), stop.has_owner, is_expanded_},
                      stop.address);
}

Task<void> Delivery::send_forwards() {
    Stop stop;
    stop.address = job_.request().recipients[recipient_].address;
    for (auto& id : co_await forwards_.send(post_, job_, recipient_))
        co_await settle(stop, id ? Settlement::sent("forwarded as " + *id)
                                 : Settlement::failed(
                                       {4, 3, 0}, "error forwarding message: " + id.error().text));
}

}  // namespace postern::local
