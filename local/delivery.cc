// From a recipient to mailboxes; see the header. The ways a message is written at the end are in
// local/endpoints.cc.
#include "local/delivery.h"

#include "lib/base/strings.h"
#include "lib/delivery/loop_check.h"
#include "lib/mail/address.h"
#include "lib/mail/address_lookup.h"
#include "lib/service/rewrite.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace postern::local {

using service::Outcome;

namespace {

constexpr std::size_t include_limit = 4u << 20;

/// A user's file, opened with the user's rights and only then looked at: what the name means could
/// change in between, and a FIFO must not hang anybody.
Result<std::optional<std::string>> read_users_file(const std::string& path,
                                                   const service::Identity& reader,
                                                   std::optional<uid_t> owner) {
    std::optional<service::ActingAs> user;
    if (::getuid() == 0) user.emplace(reader);
    auto file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES
                   ? Result<std::optional<std::string>>(std::nullopt)
                   : file.error();
    auto status = status_of(file->get(), path);
    if (!status) return status.error();
    if (!S_ISREG(status->st_mode))
        return permanent(fmt::format("file {} is not a regular file", path));
    if ((status->st_mode & S_IWOTH) != 0)
        return permanent(fmt::format("file {} is world writable", path));
    if (owner && status->st_uid != *owner && status->st_uid != 0)
        return permanent(fmt::format("file {} has bad owner uid {}", path, status->st_uid));
    std::string content(static_cast<std::size_t>(status->st_size), '\0');
    if (content.size() > include_limit) return permanent(path + ": file too large");
    auto got = read_at(file->get(), content, 0, path);
    if (!got) return got.error();
    content.resize(*got);
    return std::optional(std::move(content));
}

/// Whose rights an :include: file gives; nothing: those of default_privs.
std::optional<User> owner_of(const std::string& path) {
    std::optional<service::ActingAs> root;  // the list is named in a table of the administrator
    if (::getuid() == 0) root.emplace(service::Identity{0, 0});
    auto status = status_of_path(path);
    if (!status || !*status || (*status)->st_uid == 0) return std::nullopt;
    auto owner = find_user((*status)->st_uid);
    return owner ? *owner : std::nullopt;
}

}  // namespace

Delivery::Delivery(const Post& post, delivery::Job& job, std::size_t recipient,
                   const std::vector<std::string>& delivered_to)
    : post_(post), job_(job), recipient_(recipient), delivered_to_(delivered_to) {}

Task<void> Delivery::run() {
    Stop stop;
    stop.address = job_.request().recipients[recipient_].address;
    stop.sender = job_.request().sender;
    if (post_.settings.frozen_delivered_to && delivery::is_among(delivered_to_, stop.address))
        settle(stop, Outcome::bounced, {5, 4, 6}, "mail forwarding loop for " + stop.address);
    else
        co_await deliver_recipient(std::move(stop));
    co_await send_forwards();
    job_.complete(recipient_);
}

void Delivery::settle(const Stop& stop, Outcome outcome, mail::StatusCode status,
                      std::string text) {
    delivery::Settlement settlement;
    settlement.outcome = outcome;
    settlement.status = status;
    settlement.text = std::move(text);
    settlement.relay = "local";
    if (outcome == Outcome::delivered) settlement.action = "delivered";
    settlement.dsn_passed_on = is_expanded_;
    job_.settle_part(recipient_, stop.address, settlement);
}

void Delivery::split_localpart(Stop& stop) const {
    const auto parts = mail::split_address(stop.address);
    const auto split = mail::split_extension(parts.localpart, post_.settings.recipient_delimiter,
                                             post_.settings.owner_request_special);
    stop.user = lower(split ? split->user : parts.localpart);
    stop.extension = split ? std::string(split->extension) : "";
}

Task<void> Delivery::deliver_recipient(Stop stop) {
    split_localpart(stop);
    if (!post_.settings.frozen_delivered_to && delivery::is_among(delivered_to_, stop.address))
        co_return settle(stop, Outcome::bounced, {5, 4, 6},
                         "mail forwarding loop for " + stop.address);
    if (stop.depth > post_.settings.nesting_limit)
        co_return settle(stop, Outcome::bounced, {5, 4, 6},
                         "possible alias database loop for " + stop.address);
    if (!stop.skips_alias) {
        auto done = co_await deliver_alias(stop);
        if (!done)
            co_return settle(stop, Outcome::deferred, {4, 3, 0}, "alias database unavailable");
        if (*done) co_return;
    }
    // A user's .forward that names the user means the mailbox, which is_first() sees there.
    if (stop.skips_forward || is_first("user:" + lower(stop.address)))
        co_await deliver_user(std::move(stop));
}

Task<Result<std::optional<std::string>>> Delivery::find_alias(std::string name) const {
    auto found = co_await post_.aliases.find(name);
    if (!found) post_.log.warning("alias_maps: {}", found.error().text);
    co_return found;
}

/// False: there is no such alias.
Task<Result<bool>> Delivery::deliver_alias(Stop stop) {
    const std::string whole = lower(mail::split_address(stop.address).localpart);
    std::vector<std::string> names{whole};
    if (stop.user != whole) names.push_back(stop.user);
    for (const std::string& name : names) {
        if (name == stop.alias) continue;  // within its own expansion it means the user
        if (stop.aliases.contains(name)) {
            post_.log.warning("alias database loop for {}", stop.alias);
            stop.address =
                fmt::format("{}@{}", stop.alias, mail::split_address(stop.address).domain);
            settle(stop, Outcome::bounced, {5, 4, 6}, "alias database loop for " + stop.alias);
            co_return true;
        }
        auto found = co_await post_.aliases.find_from(name);
        if (!found) co_return found.error();
        if (!*found) continue;
        if (!is_first("alias:" + name)) co_return true;
        const uid_t table_owner = (*found)->table->owner();
        if (table_owner != 0 && table_owner != static_cast<uid_t>(-1)) {
            auto owner = find_user(table_owner);
            if (owner) stop.run_as = *owner;
        }
        auto list_owner = co_await find_alias("owner-" + name);
        if (!list_owner) co_return list_owner.error();
        if (!*list_owner && post_.settings.reset_owner_alias) {
            stop.sender = job_.request().sender;
            stop.resubmits = false;
        }
        if (*list_owner) {
            stop.resubmits = true;
            stop.sender =
                fmt::format("owner-{}@{}", name, mail::split_address(stop.address).domain);
            if (post_.settings.expand_owner_alias) {
                const auto owners = parse_targets(**list_owner);
                if (owners.size() == 1 && owners[0].kind == Target::Kind::address)
                    stop.sender = owners[0].text;
            }
        }
        stop.aliases.insert(name);
        stop.alias = name;
        ++stop.depth;
        report_expansion(stop);
        if (name == whole) stop.extension.clear();  // it was part of the name
        co_await deliver_targets(parse_targets((*found)->value), stop, Origin::alias);
        co_return true;
    }
    co_return false;
}

/// One report of success stands for all members of a list (RFC 3461 section 5.2.7.3).
void Delivery::report_expansion(const Stop& stop) {
    if (std::exchange(is_expanded_, true)) return;
    service::DeliveryResult result;
    result.address = stop.address;
    result.outcome = Outcome::delivered;
    result.status = "2.0.0";
    result.action = "expanded";
    result.reason = "alias expanded";
    result.relay = "local";
    job_.adopt(recipient_, std::move(result));
}

Task<void> Delivery::deliver_targets(std::vector<Target> targets, Stop stop, Origin origin) {
    for (Target& target : targets) {
        switch (target.kind) {
            case Target::Kind::address: {
                const bool propagates = origin == Origin::alias ? post_.settings.propagates_alias
                                        : origin == Origin::forward
                                            ? post_.settings.propagates_forward
                                            : post_.settings.propagates_include;
                std::string address = target.text;
                if (propagates && !stop.extension.empty() &&
                    !post_.settings.recipient_delimiter.empty())
                    address = mail::with_extension(
                        address, post_.settings.recipient_delimiter.substr(0, 1) + stop.extension);
                if (origin == Origin::forward) stop.skips_forward = true;
                co_await deliver_address(std::move(address), stop);
                break;
            }
            case Target::Kind::user: {
                Stop final = stop;
                final.skips_alias = final.skips_forward = true;
                const auto domain = mail::split_address(stop.address).domain;
                final.address = target.text.find('@') == std::string::npos
                                    ? fmt::format("{}@{}", target.text, domain)
                                    : target.text;
                co_await deliver_recipient(std::move(final));
                break;
            }
            case Target::Kind::file:
                to_file(target.text, stop, origin);
                break;
            case Target::Kind::command:
                to_command(target.text, stop, origin, stop.run_as);
                break;
            case Target::Kind::include:
                co_await deliver_include(target.text, stop, origin);
                break;
        }
    }
}

Task<void> Delivery::deliver_include(std::string path, Stop stop, Origin) {
    if (++stop.depth > post_.settings.nesting_limit || !is_first("include:" + path)) co_return;
    if (!stop.run_as) stop.run_as = owner_of(path);
    const service::Identity reader =
        stop.run_as ? stop.run_as->identity : post_.settings.default_identity;
    auto content = read_users_file(path, reader, std::nullopt);
    if (!content || !*content) {
        const std::string why = content ? "No such file or directory" : content.error().text;
        post_.log.warning("unable to lookup :include: file {}: {}", path, why);
        co_return settle(stop, Outcome::bounced, {5, 3, 5}, "mail system configuration error");
    }
    stop.resubmits = true;
    co_await deliver_targets(parse_targets(**content), std::move(stop), Origin::include);
}

/// An address that an expansion gave: here, it is delivered at once; elsewhere, it gets a message
/// of its own.
Task<void> Delivery::deliver_address(std::string address, Stop from) {
    const Deadline deadline = post_.loop.in(post_.settings.ipc_timeout);
    auto standard = co_await post_.rewrite.call(service::Rewrite{true, false, {address}}, deadline);
    auto resolved = standard && standard->addresses.size() == 1
                        ? co_await post_.rewrite.call(
                              service::Resolve{from.sender, standard->addresses, false}, deadline)
                        : Result<service::Resolved>(temporary("address rewriting failed"));
    if (!resolved || resolved->routes.size() != 1 || !resolved->routes[0].failure.empty())
        co_return settle(from, Outcome::deferred, {4, 3, 0},
                         "address resolver failure for " + address);
    const service::Route& route = resolved->routes[0];
    if (route.transport != post_.service_name || from.resubmits) {
        if (is_first("forward:" + route.recipient))
            forwards_[from.sender].push_back(route.recipient);
        co_return;
    }
    Stop next = from;
    next.address = route.recipient;
    split_localpart(next);
    const bool is_forward = from.skips_forward;  // it came out of a .forward file
    if (is_forward && next.user != from.user) {
        if (is_first("forward:" + next.address)) forwards_[from.sender].push_back(next.address);
        co_return;
    }
    next.skips_alias = is_forward;
    co_await deliver_recipient(std::move(next));
}

Task<void> Delivery::deliver_user(Stop stop) {
    for (const table::Maps* maps : {&post_.mailbox_transport_maps}) {
        auto transport = co_await maps->find(stop.user);
        if (!transport)
            co_return settle(stop, Outcome::deferred, {4, 3, 0},
                             "mailbox_transport_maps lookup error");
        if (*transport && co_await pass_on(**transport, stop)) co_return;
    }
    if (!post_.settings.mailbox_transport.empty() &&
        co_await pass_on(post_.settings.mailbox_transport, stop))
        co_return;
    auto user = find_user(stop.user);
    if (!user) co_return settle(stop, Outcome::deferred, {4, 3, 0}, "user lookup error");
    if (!*user) co_return co_await unknown_user(std::move(stop));
    if (!stop.skips_forward) {
        auto done = co_await deliver_forward(stop, **user);
        if (!done) co_return settle(stop, Outcome::deferred, {4, 3, 0}, done.error().text);
        if (*done) co_return;
    }
    co_await deliver_mailbox(std::move(stop), std::move(**user));
}

Task<Result<bool>> Delivery::deliver_forward(Stop stop, User user) {
    for (const std::string_view path : split(post_.settings.forward_path)) {
        const std::string file = expand_path(path, stop, user);
        if (file.empty()) continue;
        auto content = read_users_file(file, user.identity, user.identity.user);
        if (!content) {
            post_.log.warning("{}", content.error().text);
            continue;
        }
        if (!*content) continue;
        auto targets = parse_targets(**content);
        if (targets.empty()) co_return false;  // "do not forward"
        const bool is_for_extension = path.find("extension") != path.npos;
        if (is_for_extension) stop.extension.clear();
        stop.run_as = user;
        ++stop.depth;
        co_await deliver_targets(std::move(targets), std::move(stop), Origin::forward);
        co_return true;
    }
    co_return false;
}

Task<void> Delivery::unknown_user(Stop stop) {
    auto transport = co_await post_.fallback_transport_maps.find(stop.user);
    if (!transport)
        co_return settle(stop, Outcome::deferred, {4, 3, 0},
                         "fallback_transport_maps lookup error");
    if (*transport && co_await pass_on(**transport, stop)) co_return;
    if (!post_.settings.fallback_transport.empty() &&
        co_await pass_on(post_.settings.fallback_transport, stop))
        co_return;
    const std::string relay =
        expand_path(post_.settings.luser_relay, stop, User{stop.user, "", "", {}});
    if (!relay.empty() && is_first("luser:" + relay)) {
        ++stop.depth;
        co_return co_await deliver_address(relay, std::move(stop));
    }
    settle(stop, Outcome::bounced, {5, 1, 1}, fmt::format("unknown user: \"{}\"", stop.user));
}

/// False: the value names no transport.
Task<bool> Delivery::pass_on(std::string transport, Stop stop) {
    const auto parts = cut(transport, ':');
    const std::string name(parts ? parts->first : transport);
    if (name.empty()) co_return false;
    post_.log.info("{}: passing <{}> to transport={}", job_.request().queue_id,
                   mail::external(stop.address), name);
    service::DeliveryRequest request = job_.request();
    service::DeliveryRecipient recipient = request.recipients[recipient_];
    recipient.address = stop.address;
    recipient.offset = 0;  // the mark is ours
    request.recipients = {std::move(recipient)};
    request.sender = stop.sender;
    request.nexthop =
        parts && !parts->second.empty() ? std::string(parts->second) : post_.settings.myhostname;
    service::Client client(post_.loop, "private/" + name);
    auto reply =
        co_await client.call(std::move(request), post_.loop.in(post_.settings.daemon_timeout));
    if (!reply || reply->results.empty()) {
        settle(stop, Outcome::deferred, {4, 3, 0},
               fmt::format("mail transport {} unavailable", name));
        co_return true;
    }
    for (service::DeliveryResult& result : reply->results) {
        result.address = stop.address;
        job_.adopt(recipient_, std::move(result));
    }
    co_return true;
}

}  // namespace postern::local
