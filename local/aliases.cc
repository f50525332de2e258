// Aliases: names that stand for others, system-wide (aliases(5)).
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "local/delivery.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

namespace {

/// The keys under which a name may stand: quoted where a message must quote it, as postalias(1)
/// stores it now, and as it did before.
std::vector<std::string> keys_of(const std::string& name) {
    const std::string quoted = mail::external_localpart(name);
    return quoted == name ? std::vector{name} : std::vector{quoted, name};
}

Task<Result<std::optional<table::Maps::From>>> find_alias(const table::Maps& aliases,
                                                          std::string name) {
    for (const std::string& key : keys_of(name)) {
        auto found = co_await aliases.find_from(key);
        if (!found || *found) co_return found;
    }
    co_return std::optional<table::Maps::From>();
}

}  // namespace

Task<Result<bool>> Delivery::deliver_alias(Stop stop) {
    const std::string whole = lower(mail::split_address(stop.address).localpart);
    std::vector<std::string> names{whole};
    if (stop.user != whole) names.push_back(stop.user);
    for (const std::string& name : names) {
        if (name == stop.alias) continue;
        if (stop.aliases.contains(name)) {
            post_.log.warning("alias database loop for {}", stop.alias);
            stop.address =
                fmt::format("{}@{}", stop.alias, mail::split_address(stop.address).domain);
            co_await settle(stop,
                            Settlement::failed({5, 4, 6}, "alias database loop for " + stop.alias));
            co_return true;
        }
        auto found = co_await find_alias(post_.aliases, name);
        if (!found) co_return found.error();
        if (!*found || trim((*found)->value).empty()) continue;
        if (!is_first_expansion("alias:" + name)) co_return true;
        // It was part of the name.
        if (name == whole || !post_.settings.propagates_alias) stop.unmatched.clear();
        co_return co_await expand_alias(name, std::move(**found), std::move(stop));
    }
    co_return false;
}

Task<Result<bool>> Delivery::expand_alias(std::string name, table::Maps::From found, Stop stop) {
    // Files and commands have the rights of whoever can write the table.
    const uid_t table_owner = found.table->owner();
    if (table_owner != 0 && table_owner != static_cast<uid_t>(-1)) {
        auto owner = find_user(table_owner);
        if (!owner) co_return owner.error();
        if (!*owner)
            co_return temporary(fmt::format("{}: no user has the id {} of its owner",
                                            found.table->name(), table_owner));
        stop.run_as = std::move(*owner);
    }
    if (post_.settings.owner_request_special) {
        auto owner =
            co_await find_owner(name, std::string(mail::split_address(stop.address).domain));
        if (!owner) co_return owner.error();
        if (*owner) {
            stop.sender = std::move(**owner);
            stop.resubmits = stop.has_owner = true;
        } else if (post_.settings.reset_owner_alias) {
            stop.resubmits = false;
        }
    }
    report_expansion(stop);
    stop.aliases.insert(name);
    stop.alias = name;
    ++stop.depth;
    co_await deliver_targets(parse_targets(found.value), std::move(stop), Origin::alias);
    co_return true;
}

/// The sender that mail to an alias with an owner gets.
Task<Result<std::optional<std::string>>> Delivery::find_owner(std::string alias,
                                                              std::string domain) const {
    auto found = co_await find_alias(post_.aliases, "owner-" + alias);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<std::string>();
    if (post_.settings.expand_owner_alias) {
        auto owners = parse_targets((*found)->value);
        if (owners.size() == 1 && owners[0].kind == Target::Kind::address)
            co_return std::optional(std::move(owners[0].text));
    }
    co_return std::optional(fmt::format("owner-{}@{}", alias, domain));
}

/// One report of success stands for all members of a list (RFC 3461 section 5.2.7.3).
void Delivery::report_expansion(const Stop& stop) {
    if (std::exchange(is_expanded_, true)) return;
    service::DeliveryResult result;
    result.address = stop.address;
    result.outcome = service::Outcome::delivered;
    result.status = "2.0.0";
    result.action = "expanded";
    result.reason = "alias expanded";
    result.relay = post_.service_name;
    job_.adopt(recipient_, std::move(result));
}

}  // namespace postern::local
