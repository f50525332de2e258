// What aliases, :include: files and .forward files name: each goes its way.
#include "lib/mail/address.h"
#include "lib/mail/address_lookup.h"
#include "lib/service/rewrite.h"
#include "local/delivery.h"
#include "local/users_file.h"

#include <utility>

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

namespace {

/// As rewrite makes it; it need not be asked about an address that it would not change.
Task<Result<std::string>> standard_form(service::Client& rewrite, std::string address,
                                        Deadline deadline) {
    if (mail::is_surely_standard(address)) co_return address;
    auto standard = co_await rewrite.call(service::Rewrite{true, false, {address}}, deadline);
    if (!standard) co_return standard.error();
    if (standard->addresses.size() != 1) co_return temporary("address rewriting failed");
    co_return std::move(standard->addresses.front());
}

}  // namespace

Task<void> Delivery::deliver_targets(std::vector<Target> targets, Stop stop, Origin origin) {
    for (Target& target : targets) {
        switch (target.kind) {
            case Target::Kind::address:
                if (!stop.unmatched.empty())
                    target.text =
                        mail::with_extension(target.text, stop.delimiter + stop.unmatched);
                co_await deliver_address(std::move(target.text), stop);
                break;
            case Target::Kind::file:
                co_await deliver_to_file(std::move(target.text), stop, origin);
                break;
            case Target::Kind::command:
                co_await deliver_to_command(std::move(target.text), stop, origin);
                break;
            case Target::Kind::include:
                co_await deliver_include(std::move(target.text), stop);
                break;
        }
    }
}

Task<void> Delivery::deliver_include(std::string path, Stop stop) {
    if (!is_first_expansion("include:" + path)) co_return;
    if (++stop.depth > post_.settings.nesting_limit)
        co_return co_await settle(
            stop, Settlement::failed({5, 4, 6}, "possible loop of include files at " + path));
    auto file = co_await post_.names.offload(
        [path, user = stop.run_as] { return read_include_file(path, user); });
    if (!file) {
        post_.log.warning("{}", file.error().text);
        const std::uint8_t kind = file.error().is_permanent() ? 5 : 4;
        co_return co_await settle(
            stop, Settlement::failed({kind, 3, 5}, "mail system configuration error"));
    }
    stop.run_as = std::move(file->rights);
    stop.resubmits = true;
    if (!post_.settings.propagates_include) stop.unmatched.clear();
    co_await deliver_targets(parse_targets(file->content), std::move(stop), Origin::include);
}

/// In standard form, and here or elsewhere: one that is ours goes on as a recipient.
Task<void> Delivery::deliver_address(std::string address, Stop from) {
    const Deadline deadline = post_.loop.in(post_.settings.ipc_timeout);
    auto standard = co_await standard_form(post_.rewrite, address, deadline);
    auto resolved = standard ? co_await post_.rewrite.call(
                                   service::Resolve{from.sender, {*standard}, false}, deadline)
                             : Result<service::Resolved>(standard.error());
    if (!resolved || resolved->routes.size() != 1 || !resolved->routes[0].failure.empty())
        co_return co_await settle(
            from, Settlement::failed({4, 3, 0}, "address resolver failure for " + address));
    const service::Route& route = resolved->routes[0];
    from.via = std::exchange(from.address, route.recipient);
    if (route.transport == post_.service_name)
        co_await deliver_recipient(std::move(from));
    else
        forward(from);
}

}  // namespace postern::local
