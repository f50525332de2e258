// Who an address is for, once the ways round our own domains are taken out of it:
// "user%other.example@our.example" is for user@other.example.
#pragma once

#include "lib/event/task.h"
#include "lib/mail/domain_list.h"
#include "rewrite/settings.h"
#include "rewrite/standard_form.h"

#include <string>
#include <string_view>

namespace postern::rewrite {

struct Target {
    std::string localpart;
    std::string domain;         ///< a name, or a literal in brackets
    bool is_own = false;        ///< final delivery here: mydestination, or one of our addresses
    bool is_routed = false;     ///< what is left of a foreign local part asks for another hop
    bool is_malformed = false;  ///< nobody can have this address

    std::string address() const;  ///< internal form
    std::string external() const;
};

class TargetFinder {
public:
    /// All outlive it. `form`: of the local context.
    TargetFinder(const Settings& settings, const StandardForm& form,
                 const mail::DomainList& mydestination)
        : settings_(settings), form_(form), mydestination_(mydestination) {}

    /// `recipient` in internal form. Error: mydestination could not tell.
    Task<Result<Target>> find(std::string recipient) const;
    /// Whether mail for `domain` is delivered here as local mail.
    Task<Result<bool>> is_own(std::string domain) const;

private:
    bool is_own_literal(std::string_view domain) const;
    bool has_operators(std::string_view localpart) const;
    std::string normal_domain(std::string_view domain) const;
    bool is_possible(const Target& target) const;

    const Settings& settings_;
    const StandardForm& form_;
    const mail::DomainList& mydestination_;
};

}  // namespace postern::rewrite
