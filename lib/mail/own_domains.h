// The domains whose addresses may be looked up by their local part alone: $myorigin,
// $mydestination, and the addresses of $inet_interfaces and $proxy_interfaces (canonical(5),
// virtual(5)).
#pragma once

#include "lib/config/config.h"
#include "lib/event/task.h"
#include "lib/mail/domain_list.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::mail {

/// The addresses on which this system receives mail, numeric, without brackets.
std::vector<std::string> own_addresses(const config::Config& config);

class OwnDomains {
public:
    OwnDomains() = default;
    /// Error (permanent): mydestination cannot be read; names the place.
    static Result<OwnDomains> open(const config::Config& config, table::Registry& tables);

    /// `domain`: a name, or a literal in brackets; "" is $myorigin. Error: a table could not tell.
    Task<Result<bool>> has(std::string domain) const;

    /// The files that mydestination was read from.
    const std::vector<std::string>& files() const noexcept { return mydestination_.files(); }

private:
    std::string myorigin_;
    DomainList mydestination_;
    std::vector<std::string> addresses_;
};

}  // namespace postern::mail
