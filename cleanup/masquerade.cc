// Masquerading; see the header.
#include "cleanup/masquerade.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <fmt/format.h>

namespace postern::cleanup {

Result<Masquerade> Masquerade::open(const config::Config& config, table::Registry& tables) {
    const std::string parameter = "masquerade_exceptions";
    Masquerade masquerade;
    masquerade.domains_ = config.list("masquerade_domains");
    auto exceptions = mail::DomainList::open(parameter, config.text(parameter),
                                             mail::Subdomains::never, tables);
    if (!exceptions) return config.error_in(parameter, exceptions.error().text);
    masquerade.exceptions_ = std::move(*exceptions);
    return masquerade;
}

Task<Result<std::string>> Masquerade::applied(std::string address) const {
    const mail::AddressParts parts = mail::split_address(address);
    if (!parts.has_domain) co_return address;
    for (std::string_view domain : domains_) {
        const bool is_exempt = domain.starts_with('!');
        if (is_exempt) domain.remove_prefix(1);
        const bool is_below = parts.domain.size() > domain.size() &&
                              ends_with_same(parts.domain, domain) &&
                              parts.domain[parts.domain.size() - domain.size() - 1] == '.';
        if (!is_below && !same(parts.domain, domain)) continue;
        if (is_exempt || !is_below) co_return address;
        const std::string user(parts.localpart);
        auto excepted = co_await exceptions_.has(user);
        if (!excepted) co_return excepted.error();
        if (*excepted) co_return address;
        co_return fmt::format("{}@{}", user, domain);
    }
    co_return address;
}

}  // namespace postern::cleanup
