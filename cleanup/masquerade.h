// Masquerading: the subdomains of masquerade_domains are taken off addresses
// (ADDRESS_REWRITING_README).
#pragma once

#include "lib/config/config.h"
#include "lib/event/task.h"
#include "lib/mail/domain_list.h"

#include <string>
#include <vector>

namespace postern::cleanup {

class Masquerade {
public:
    Masquerade() = default;
    /// Error (permanent): masquerade_exceptions cannot be read; names the place.
    static Result<Masquerade> open(const config::Config& config, table::Registry& tables);

    /// No domain is masqueraded.
    bool empty() const noexcept { return domains_.empty(); }
    /// Internal form. Error: temporary, masquerade_exceptions could not tell.
    Task<Result<std::string>> applied(std::string address) const;

    const std::vector<std::string>& files() const noexcept { return exceptions_.files(); }

private:
    std::vector<std::string> domains_;
    mail::DomainList exceptions_;  // of user names, in the same syntax
};

}  // namespace postern::cleanup
