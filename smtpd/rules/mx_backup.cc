// permit_mx_backup: mail for domains whose MX records name this host, but not as the first.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/lists.h"
#include "smtpd/rules/destination.h"
#include "smtpd/rules/domain_lookup.h"
#include "smtpd/rules/functions.h"

#include <algorithm>

namespace postern::smtpd::check {

namespace {

struct Exchanger {
    std::uint16_t preference;
    std::string host;
    std::vector<event::SocketAddress> addresses;
};

/// The domain's MX hosts with their addresses. Error: the DNS could not tell.
Task<Result<std::vector<Exchanger>>> exchangers_of(DomainLookup& lookup, std::string domain) {
    auto found = co_await lookup.look_up(std::move(domain), dns::Type::mx);
    if (!found) co_return found.error();
    std::vector<Exchanger> exchangers;
    for (const dns::Record& record : found->records) {
        const auto* mx = std::get_if<dns::MailExchanger>(&record.data);
        if (!mx || mx->host.empty()) continue;
        auto addresses = co_await lookup.addresses(mx->host);
        if (!addresses && !addresses.error().is_permanent()) co_return addresses.error();
        exchangers.push_back({mx->preference, mx->host,
                              addresses ? *addresses : std::vector<event::SocketAddress>()});
    }
    co_return exchangers;
}

bool is_this_host(const Evaluation& evaluation, const Exchanger& exchanger) {
    if (same(exchanger.host, evaluation.settings().myhostname)) return true;
    return std::any_of(exchanger.addresses.begin(), exchanger.addresses.end(),
                       [&](const auto& address) {
                           return evaluation.house().lists.is_own_address(address.host());
                       });
}

/// permit_mx_backup_networks: the first hosts must be in one of them, where there are any.
Task<Result<bool>> are_primaries_allowed(Evaluation& evaluation,
                                         const std::vector<Exchanger>& exchangers,
                                         std::uint16_t first) {
    const auto& networks = evaluation.house().lists.permit_mx_backup_networks;
    if (networks.empty()) co_return true;
    for (const Exchanger& exchanger : exchangers) {
        if (exchanger.preference != first) continue;
        for (const event::SocketAddress& address : exchanger.addresses) {
            const std::string text = address.host();
            auto found = co_await networks.has(exchanger.host, text);
            if (!found || *found) co_return found;
        }
    }
    co_return false;
}

Task<Result<bool>> is_backup_for(Evaluation& evaluation, std::string domain) {
    DomainLookup lookup(evaluation.house().loop, evaluation.house().resolver);
    auto exchangers = co_await exchangers_of(lookup, std::move(domain));
    if (!exchangers) co_return exchangers.error();
    std::uint16_t first = UINT16_MAX;
    for (const Exchanger& exchanger : *exchangers)
        first = std::min(first, exchanger.preference);
    bool is_listed = false;
    for (const Exchanger& exchanger : *exchangers) {
        if (!is_this_host(evaluation, exchanger)) continue;
        if (exchanger.preference == first) co_return false;
        is_listed = true;
    }
    if (!is_listed) co_return false;
    co_return co_await are_primaries_allowed(evaluation, *exchangers, first);
}

Task<Verdict> permit_backup(Evaluation& evaluation) {
    auto ours = co_await is_authorized_destination(evaluation);
    if (!ours) co_return evaluation.cannot_tell("permit_mx_backup", ours.error());
    if (*ours) co_return permit();
    const std::string& recipient = *evaluation.recipient();
    auto route = co_await evaluation.house().addresses.route(evaluation.session(), recipient);
    const auto parts = mail::split_address(recipient);
    if (!route || route->is_routed || !parts.has_domain || !is_plain_domain(parts.domain))
        co_return dunno();
    auto backup = co_await is_backup_for(evaluation, std::string(parts.domain));
    if (backup) co_return *backup ? permit() : dunno();
    evaluation.session().reporter.log().warning("permit_mx_backup: {}", backup.error().text);
    co_return evaluation.defer_if_reject(
        Evaluation::rejected(450, "4.4.4", recipient, "Recipient address", "MX lookup failure"));
}

}  // namespace

Answer<Verdict> permit_mx_backup(Evaluation& evaluation, const Rule&) {
    if (!evaluation.recipient()) return dunno();
    return permit_backup(evaluation);
}

}  // namespace postern::smtpd::check
