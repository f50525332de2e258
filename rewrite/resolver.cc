#include "rewrite/resolver.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/status_code.h"

#include <fmt/format.h>

namespace postern::rewrite {

namespace {

using service::AddressClass;
using service::Route;

void refuse(Route& route, std::string text) {
    route.transport = "error";
    route.nexthop = std::move(text);
}

// "DUNNO" ends a search of a sender-dependent table without a result.
bool is_dunno(std::string_view value) {
    return same(trim(value), "DUNNO");
}

/// The next hop of an entry "transport:": the recipient's domain, or, where mail is refused, words.
std::string usual_nexthop(std::string_view transport, const Target& target) {
    return transport == "error" ? "Address is undeliverable" : target.domain;
}

Error failed(std::string_view parameter, const Error& error) {
    return error.in(fmt::format("{} lookup failure", parameter));
}

}  // namespace

Resolver::Resolver(const Settings& settings, const StandardForm& form, const Tables& tables)
    : settings_(settings),
      tables_(tables),
      targets_(settings, form, tables.mydestination),
      transport_subdomains_(
          mail::subdomains_of("transport_maps", settings.parent_domain_matches_subdomains)) {}

Task<Route> Resolver::resolve(std::string sender, std::string recipient,
                              bool for_verification) const {
    Route route;
    auto target = co_await targets_.find(std::move(recipient));
    if (!target) {
        route.failure = failed("mydestination", target.error()).text;
        co_return route;
    }
    route.recipient = target->address();
    route.is_routed = target->is_routed;
    route.has_error = target->is_malformed;
    if (target->is_malformed) {
        refuse(route, "5.1.3 bad address syntax");
        co_return route;
    }
    const Question question{sender, *target, for_verification ? settings_.probes : settings_.mail,
                            for_verification ? tables_.probes : tables_.mail};
    const auto decided = co_await decide(question, route);
    if (!decided) route.failure = decided.error().text;
    co_return route;
}

Task<Result<void>> Resolver::decide(const Question& question, Route& route) const {
    auto address_class = co_await class_of(question.target);
    if (!address_class) co_return address_class.error();
    route.address_class = *address_class;
    auto done = co_await use_defaults(question, route);
    if (done && *address_class != AddressClass::virtual_alias)
        done = co_await use_transport_maps(question, route);
    if (done) done = co_await use_relocated_maps(question.target, route);
    co_return done;
}

Task<Result<AddressClass>> Resolver::class_of(const Target& target) const {
    if (target.is_own) co_return AddressClass::local;
    struct Row {
        const mail::DomainList& list;
        const char* parameter;
        AddressClass address_class;
    };
    const Row rows[] = {
        {tables_.virtual_alias_domains, "virtual_alias_domains", AddressClass::virtual_alias},
        {tables_.virtual_mailbox_domains, "virtual_mailbox_domains", AddressClass::virtual_mailbox},
        {tables_.relay_domains, "relay_domains", AddressClass::relay},
    };
    for (const Row& row : rows) {
        if (row.list.empty()) continue;
        auto found = co_await row.list.has(target.domain);
        if (!found) co_return failed(row.parameter, found.error());
        if (*found) co_return row.address_class;
    }
    co_return AddressClass::remote;
}

// The transport of the class; the next hop is the destination's own, else the recipient's domain.
Task<Result<void>> Resolver::use_defaults(const Question& question, Route& route) const {
    const auto use = [&](const Destination& destination) {
        route.transport = destination.transport;
        route.nexthop = destination.nexthop.empty() ? question.target.domain : destination.nexthop;
    };
    switch (route.address_class) {
        case AddressClass::local:
            use(question.defaults.local);
            break;
        case AddressClass::virtual_mailbox:
            use(question.defaults.virtual_mailbox);
            break;
        case AddressClass::virtual_alias:
            refuse(route, settings_.show_user_unknown_table_name
                              ? "5.1.1 User unknown in virtual alias table"
                              : "5.1.1 User unknown");
            break;
        case AddressClass::relay:
            use(question.defaults.relay);
            if (question.defaults.relay.nexthop.empty())
                co_return co_await use_relayhost(question, route);
            break;
        case AddressClass::remote:
            use(question.defaults.remote);
            co_return co_await use_remote_default(question, route);
    }
    co_return success();
}

Task<Result<void>> Resolver::use_remote_default(const Question& question, Route& route) const {
    auto found = co_await find_sender(question.tables.sender_default_transport, question.sender,
                                      settings_.empty_address_default_transport_maps_lookup_key);
    if (!found) co_return failed("sender_dependent_default_transport_maps", found.error());
    Destination destination = question.defaults.remote;
    if (*found) destination = Destination::parse(**found);
    if (!destination.transport.empty()) route.transport = destination.transport;
    route.nexthop = destination.nexthop.empty() ? question.target.domain : destination.nexthop;
    if (destination.nexthop.empty()) co_return co_await use_relayhost(question, route);
    co_return success();
}

Task<Result<void>> Resolver::use_relayhost(const Question& question, Route& route) const {
    auto found = co_await find_sender(question.tables.sender_relayhost, question.sender,
                                      settings_.empty_address_relayhost_maps_lookup_key);
    if (!found) co_return failed("sender_dependent_relayhost_maps", found.error());
    if (*found)
        route.nexthop = trim(**found);
    else if (!question.defaults.relayhost.empty())
        route.nexthop = question.defaults.relayhost;
    co_return success();
}

Task<Resolver::Lookup> Resolver::find_sender(const table::Maps& maps, std::string sender,
                                             std::string null_key) const {
    if (maps.empty()) co_return std::optional<std::string>();
    if (sender.empty()) {
        auto found = co_await maps.find(null_key);
        if (!found || !*found || !is_dunno(**found)) co_return found;
        co_return std::optional<std::string>();
    }
    auto keys = co_await keys_for(std::string(mail::split_address(sender).domain));
    if (!keys) co_return keys.error();
    auto found = co_await mail::find_address(maps, mail::external(sender), *keys);
    if (!found) co_return found.error();
    if (!*found || is_dunno((*found)->value)) co_return std::optional<std::string>();
    co_return std::optional((*found)->value);
}

// A local part alone is a key where its domain is ours.
Task<Result<mail::LookupKeys>> Resolver::keys_for(std::string domain) const {
    mail::LookupKeys keys{settings_.recipient_delimiter, settings_.owner_request_special};
    keys.has_bare_localpart = domain.empty() || same(domain, settings_.myorigin);
    if (keys.has_bare_localpart) co_return keys;
    auto own = co_await targets_.is_own(std::move(domain));
    if (!own) co_return failed("mydestination", own.error());
    keys.has_bare_localpart = *own;
    co_return keys;
}

Task<Result<void>> Resolver::use_transport_maps(const Question& question, Route& route) const {
    if (question.tables.transport.empty()) co_return success();
    const Target& target = question.target;
    auto found =
        co_await find_transport(question.tables.transport, target.external(), target.domain);
    if (!found) co_return failed("transport_maps", found.error());
    if (!*found) co_return success();
    const Destination destination = Destination::parse(**found);
    if (!destination.transport.empty()) {
        route.transport = destination.transport;
        route.nexthop = destination.nexthop.empty() ? usual_nexthop(route.transport, target)
                                                    : destination.nexthop;
    } else if (!destination.nexthop.empty()) {
        route.nexthop = destination.nexthop;
    }
    co_return success();
}

// user+ext@domain, user@domain, domain, its parents, * (transport(5)).
Task<Resolver::Lookup> Resolver::find_transport(const table::Maps& maps, std::string address,
                                                std::string domain) const {
    mail::LookupKeys keys{settings_.recipient_delimiter, settings_.owner_request_special};
    keys.has_domain = false;
    auto match = co_await mail::find_address(maps, std::move(address), keys);
    if (!match) co_return match.error();
    if (*match) co_return std::optional((*match)->value);

    std::string_view key = domain;
    for (;;) {
        auto found = co_await maps.find_partial(key);
        if (!found || *found) co_return found;
        const auto dot = key.find('.', 1);
        if (dot == key.npos || domain.starts_with('[')) break;
        key.remove_prefix(transport_subdomains_ == mail::Subdomains::always ? dot + 1 : dot);
    }
    co_return co_await maps.find_partial("*");
}

Task<Result<void>> Resolver::use_relocated_maps(const Target& target, Route& route) const {
    if (tables_.relocated.empty()) co_return success();
    auto keys = co_await keys_for(target.domain);
    if (!keys) co_return keys.error();
    auto found = co_await mail::find_address(tables_.relocated, target.address(), *keys);
    if (!found) co_return failed("relocated_maps", found.error());
    if (!*found) co_return success();
    const std::string& text = (*found)->value;
    if (settings_.relocated_prefix_enable)
        route.relocated = "5.1.6 User has moved to " + text;
    else
        route.relocated = mail::find_coded_text(text) ? text : "5.1.6 " + text;
    refuse(route, route.relocated);
    co_return success();
}

}  // namespace postern::rewrite
