#include "rewrite/target.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"

#include <algorithm>

namespace postern::rewrite {

std::string Target::address() const {
    return localpart + "@" + domain;
}

std::string Target::external() const {
    return mail::external(address());
}

namespace {

// Each hop takes an operator or a quote away; this bounds what a made-up address can cost.
constexpr int most_hops = 100;

}  // namespace

Task<Result<Target>> TargetFinder::find(std::string recipient) const {
    for (int hop = 0;; ++hop) {
        if (recipient.empty())
            co_return Target{settings_.empty_address_recipient, settings_.myhostname, true};
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
        if ((target.is_own || is_null_domain) && has_next && hop < most_hops) {
            recipient = mail::internal(form_.of_external(target.localpart));
            continue;
        }
        if ((target.is_own || is_null_domain) && target.localpart.empty())
            target.localpart = settings_.empty_address_recipient;
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

std::string TargetFinder::normal_domain(std::string_view domain) const {
    if (domain.size() > 1 && domain.ends_with('.') && domain[domain.size() - 2] != '.')
        domain.remove_suffix(1);
    if (settings_.resolve_numeric_domain && mail::is_valid_ip(domain))
        return mail::address_literal(domain);
    return std::string(domain);
}

bool TargetFinder::is_possible(const Target& target) const {
    if (target.localpart.starts_with('-') && !settings_.allow_min_user) return false;
    if (target.domain.starts_with('[')) return mail::address_of_literal(target.domain).has_value();
    return mail::is_valid_hostname(target.domain);
}

}  // namespace postern::rewrite
