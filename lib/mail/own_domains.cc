#include "lib/mail/own_domains.h"

#include "lib/base/strings.h"
#include "lib/config/networks.h"
#include "lib/mail/hostname.h"

#include <algorithm>

namespace postern::mail {

std::vector<std::string> own_addresses(const config::Config& config) {
    std::vector<std::string> addresses;
    for (const auto& own :
         config::choose_addresses(config::interface_addresses(), config.list("inet_interfaces"),
                                  config.list("inet_protocols")))
        addresses.push_back(own.address);
    for (const std::string& address : config.list("proxy_interfaces"))
        addresses.push_back(canonical_ip(address).value_or(address));
    return addresses;
}

Result<OwnDomains> OwnDomains::open(const config::Config& config, table::Registry& tables) {
    const std::string parameter = "mydestination";
    auto list =
        DomainList::open(parameter, config.text(parameter), Subdomains::never, tables);
    if (!list) return config.error_in(parameter, list.error().text);
    OwnDomains own;
    own.myorigin_ = config.text("myorigin");
    own.mydestination_ = std::move(*list);
    own.addresses_ = own_addresses(config);
    return own;
}

Task<Result<bool>> OwnDomains::has(std::string domain) const {
    if (domain.empty() || same(domain, myorigin_)) co_return true;
    if (const auto address = address_of_literal(domain)) {
        const auto found = std::find(addresses_.begin(), addresses_.end(), canonical_ip(*address));
        co_return found != addresses_.end();
    }
    co_return co_await mydestination_.has(domain);
}

}  // namespace postern::mail
