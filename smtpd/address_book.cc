// Addresses; see the header.
#include "smtpd/address_book.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_lookup.h"
#include "lib/mail/hostname.h"

namespace postern::smtpd {

using service::AddressClass;
using service::Route;

bool is_plain_domain(std::string_view domain) {
    if (domain.starts_with('[')) {
        const auto literal = mail::address_of_literal(domain);
        return literal && mail::is_valid_ip(*literal);
    }
    return mail::is_valid_hostname(domain);
}

Task<Result<Route>> AddressBook::route(Session& session, std::string_view address) {
    if (session.mail)
        if (const auto known = session.mail->routes.find(address);
            known != session.mail->routes.end())
            co_return known->second;
    service::Resolve request;
    request.recipients = {std::string(address)};
    auto resolved =
        co_await rewrite_.call(std::move(request), session.house.loop.in(settings_.ipc_timeout));
    if (!resolved) co_return resolved.error();
    if (resolved->routes.size() != 1) co_return temporary(rewrite_.path() + ": incomplete answer");
    Route route = std::move(resolved->routes.front());
    if (!route.failure.empty()) co_return temporary(route.failure);
    if (session.mail) session.mail->routes.emplace(address, route);
    co_return route;
}

namespace {

/// Where the local part can be neither a route nor an option, the domain decides.
bool may_hide_a_route(std::string_view localpart) {
    return localpart.starts_with('-') || localpart.find_first_of("@%!") != std::string_view::npos;
}

}  // namespace

Task<bool> AddressBook::is_malformed(Session& session, std::string address) {
    const auto parts = mail::split_address(address);
    if (!is_all_ascii(parts.domain) && !session.mail->parameters.is_smtputf8) co_return true;
    const bool is_plain = !parts.has_domain || is_plain_domain(parts.domain);
    if (is_plain && !may_hide_a_route(parts.localpart)) co_return false;
    auto resolved = co_await route(session, address);
    co_return resolved && resolved->has_error;
}

std::string_view AddressBook::table_name(AddressClass address_class) {
    switch (address_class) {
        case AddressClass::local:
            return "local recipient table";
        case AddressClass::virtual_alias:
            return "virtual alias table";
        case AddressClass::virtual_mailbox:
            return "virtual mailbox table";
        case AddressClass::relay:
            return "relay recipient table";
        case AddressClass::remote:
            break;
    }
    return "recipient table";
}

Task<Result<bool>> AddressBook::is_in(const table::Maps& maps, std::string address,
                                      bool has_bare_localpart) const {
    mail::LookupKeys keys;
    keys.recipient_delimiter = settings_.recipient_delimiter;
    keys.owner_request_special = settings_.owner_request_special;
    keys.has_bare_localpart = has_bare_localpart;
    auto found = co_await mail::find_address(maps, std::move(address), keys);
    if (!found) co_return found.error();
    co_return found->has_value();
}

/// Addresses that cleanup will replace may belong to anybody.
Task<Result<bool>> AddressBook::is_mapped(std::string_view address) const {
    for (const table::Maps* maps :
         {&lists_.recipient_canonical_maps, &lists_.canonical_maps, &lists_.virtual_alias_maps}) {
        if (maps->empty()) continue;
        auto found = co_await is_in(*maps, std::string(address), true);
        if (!found || *found) co_return found;
    }
    co_return false;
}

Task<Result<bool>> AddressBook::exists(const Route& route) const {
    const auto parts = mail::split_address(route.recipient);
    if (same(parts.localpart, settings_.double_bounce_sender)) co_return true;
    if (auto mapped = co_await is_mapped(route.recipient); !mapped || *mapped) co_return mapped;
    switch (route.address_class) {
        case AddressClass::local:
            // RFC 5321 section 4.5.1; and who answers a report must be heard, whatever tables list.
            if (same(parts.localpart, "postmaster") || same(parts.localpart, "MAILER-DAEMON"))
                co_return true;
            if (lists_.local_recipient_maps.empty()) co_return true;
            co_return co_await is_in(lists_.local_recipient_maps, route.recipient, true);
        case AddressClass::virtual_mailbox:
            if (lists_.virtual_mailbox_maps.empty()) co_return true;
            co_return co_await is_in(lists_.virtual_mailbox_maps, route.recipient, false);
        case AddressClass::relay:
            if (lists_.relay_recipient_maps.empty()) co_return true;
            co_return co_await is_in(lists_.relay_recipient_maps, route.recipient, false);
        case AddressClass::virtual_alias:
            co_return false;
        case AddressClass::remote:
            break;
    }
    co_return true;
}

}  // namespace postern::smtpd
