// The user's own mail: another transport, a command, a mailbox in the home or in the spool.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "local/command.h"
#include "local/delivery.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

Task<Result<bool>> Delivery::deliver_elsewhere(const table::Maps& maps, std::string otherwise,
                                               Stop stop) {
    auto found = co_await maps.find(stop.user);
    if (!found) co_return found.error();
    const std::string value = *found ? std::move(**found) : std::move(otherwise);
    const auto parts = cut(value, ':');
    const std::string transport(parts ? parts->first : value);
    if (transport.empty()) co_return false;
    const auto domain = mail::split_address(stop.address).domain;
    std::string nexthop(parts && !parts->second.empty() ? parts->second : domain);
    co_await pass_on(transport, std::move(nexthop), std::move(stop));
    co_return true;
}

/// The other agent settles, logs and reports; the mark in the queue file stays ours.
Task<void> Delivery::pass_on(std::string transport, std::string nexthop, Stop stop) {
    post_.log.info("{}: passing <{}> to transport={}", job_.request().queue_id,
                   mail::external(stop.address), transport);
    service::DeliveryRequest request = job_.request();
    service::DeliveryRecipient recipient = request.recipients[recipient_];
    recipient.address = stop.address;
    recipient.offset = 0;
    request.recipients = {std::move(recipient)};
    request.sender = stop.sender;
    request.nexthop = std::move(nexthop);
    service::Client client(post_.loop, "private/" + transport);
    auto reply =
        co_await client.call(std::move(request), post_.loop.in(post_.settings.daemon_timeout));
    if (!reply || reply->results.empty())
        co_return co_await settle(
            stop,
            Settlement::failed({4, 3, 0}, fmt::format("mail transport {} unavailable", transport)));
    for (service::DeliveryResult& result : reply->results) {
        result.address = stop.address;
        job_.adopt(recipient_, std::move(result));
    }
}

Task<void> Delivery::deliver_mailbox(Stop stop, User user) {
    if (!is_first("mailbox:" + user.name)) co_return;
    auto command = co_await post_.mailbox_command_maps.find(stop.user);
    if (!command) co_return co_await settle_table_trouble(stop, command.error());
    if (!*command && !post_.settings.mailbox_command.empty())
        *command = post_.settings.mailbox_command;
    if (!*command) co_return co_await deliver_to_mailbox_file(std::move(stop), std::move(user));
    co_await settle(stop, co_await run_command(post_, letter(stop), **command, &user));
}

Task<void> Delivery::deliver_to_mailbox_file(Stop stop, User user) {
    const std::string& spool = post_.settings.mail_spool_directory;
    const bool is_in_home = !post_.settings.home_mailbox.empty();
    const std::string path = is_in_home             ? user.home + "/" + post_.settings.home_mailbox
                             : spool.ends_with('/') ? spool + stop.user + "/"
                                                    : spool + "/" + stop.user;
    if (path.ends_with('/'))
        co_return co_await settle(stop, co_await to_maildir(post_, letter(stop), path, user));
    const auto where = is_in_home ? Folder::home : Folder::spool;
    co_await settle(stop, co_await to_mailbox(post_, letter(stop), path, user, where));
}

Task<void> Delivery::deliver_to_file(std::string path, Stop stop, Origin origin) {
    if (!is_first("file:" + path)) co_return;
    if (!post_.settings.allow_files.contains(origin))
        co_return co_await settle(stop,
                                  Settlement::failed({5, 7, 1}, "mail to file is restricted"));
    // Nothing is written with root's rights.
    const bool has_rights = stop.run_as && stop.run_as->identity.user != 0;
    const User owner =
        has_rights ? *stop.run_as : User{"", "", "", post_.settings.default_identity};
    if (path.ends_with('/'))
        co_return co_await settle(stop, co_await to_maildir(post_, letter(stop), path, owner));
    co_await settle(stop, co_await to_file(post_, letter(stop), path, owner));
}

Task<void> Delivery::deliver_to_command(std::string command, Stop stop, Origin origin) {
    const User* user = stop.run_as ? &*stop.run_as : nullptr;
    if (!is_first("command:" + command + (user ? user->name : ""))) co_return;
    if (!post_.settings.allow_commands.contains(origin))
        co_return co_await settle(stop,
                                  Settlement::failed({5, 7, 1}, "mail to command is restricted"));
    co_await settle(stop, co_await run_command(post_, letter(stop), command, user));
}

}  // namespace postern::local
