#include "rewrite/target.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::rewrite {

std::string Target::address() const { return localpart + "@" + domain; }

std::string Target::external() const { return mail::external(address()); }

Task<Result<Target>> TargetFinder::find(std::string recipient) const {
    for (;;) {
        if (recipient.empty()) co_return Target{settings_.empty_address_recipient, settings_.myhostname, true};
        const mail::AddressParts parts = mail::split_address(recipient);
        Target target{std::string(parts.localpart), normal_domain(parts.domain)};
        const bool is_null_domain = target.domain.empty();
        if (!parts.has_domain || (is_null_domain && settings_.resolve_null_domain)) {
            target.domain = settings_.myhostname;
            target.is_own = true;
        } else if (!is_null_domain) {
            auto own = co_await is_own(target.domain);
            if (!own) co_return own.error();
            target.is_own = *own;
        }
        const bool has_next = has_operators(target.localpart);
        if ((target.is_own || is_null_domain) && has_next) {
            recipient = next_hop(target.localpart);
            continue;
        }
        if (target.is_own && target.localpart.empty()) target.localpart = settings_.empty_address_recipient;
        target.is_routed = has_next;
        target.is_malformed = !is_possible(target);
        co_return target;
    }
}

Task<Result<bool>> TargetFinder::is_own(std::string domain) const {
    if (domain.starts_with('[')) co_return is_own_literal(domain);
    co_return co_await mydestination_.has(domain);
}

bool TargetFinder::is_own_literal(std::string_view domain) const {
    const auto address = mail::address_of_literal(domain);
    if (!address) return false;
    const auto& own = settings_.own_addresses;
    return std::find(own.begin(), own.end(), mail::canonical_ip(*address)) != own.end();
}

// With resolve_dequoted_address = no, what must be quoted is a name and no route.
bool TargetFinder::has_operators(std::string_view localpart) const {
    if (!settings_.resolve_dequoted_address && !mail::is_dot_string(localpart)) return false;
    return localpart.find('@') != localpart.npos ||
           (settings_.swap_bangpath && localpart.find('!') != localpart.npos) ||
           (settings_.allow_percent_hack && localpart.find('%') != localpart.npos);
}

std::string TargetFinder::next_hop(std::string_view localpart) const {
    if (localpart.find('@') != localpart.npos) return completed(std::string(localpart));
    const auto bang = localpart.find('!');
    if (settings_.swap_bangpath && bang != localpart.npos)
        return completed(fmt::format("{}@{}", localpart.substr(bang + 1), localpart.substr(0, bang)));
    std::string address(localpart);
    address[localpart.rfind('%')] = '@';
    return completed(std::move(address));
}

// What was only a local part has not been through append_dot_mydomain yet.
std::string TargetFinder::completed(std::string address) const {
    const std::string_view domain = mail::split_address(address).domain;
    const bool is_complete = domain.empty() || domain.starts_with('[') || domain.find('.') != domain.npos;
    if (settings_.append_dot_mydomain && !is_complete) address.append(".").append(settings_.mydomain);
    return address;
}

std::string TargetFinder::normal_domain(std::string_view domain) const {
    if (domain.size() > 1 && domain.ends_with('.') && domain[domain.size() - 2] != '.') domain.remove_suffix(1);
    if (settings_.resolve_numeric_domain && mail::is_valid_ip(domain)) return mail::address_literal(domain);
    return std::string(domain);
}

bool TargetFinder::is_possible(const Target& target) const {
    if (target.localpart.starts_with('-') && !settings_.allow_min_user) return false;
    if (target.domain.starts_with('[')) return mail::address_of_literal(target.domain).has_value();
    return mail::is_valid_hostname(target.domain);
}

}  // namespace postern::rewrite
