// Addresses in standard form: user@domain, complete, without source routes and the operators of
// other networks (ADDRESS_REWRITING_README, "Rewrite addresses to standard form").
#pragma once

#include "lib/mail/token.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::rewrite {

/// What makes an incomplete address complete in one context (local or remote).
struct Completion {
    std::string origin;  ///< after "@" where there is no domain; "" for none
    std::string domain;  ///< after "." where the domain has no dot; "" for none
};

class StandardForm {
public:
    struct Operators {
        bool swap_bangpath = true;       ///< site!user to user@site
        bool allow_percent_hack = true;  ///< user%domain to user@domain
    };
    StandardForm(Operators operators, Completion completion)
        : operators_(operators), completion_(std::move(completion)) {}

    /// Takes and gives the external (quoted) form.
    std::string of_external(std::string_view address) const;
    /// Takes and gives the internal form.
    std::string of_internal(std::string_view address) const;

private:
    using Tokens = std::vector<mail::Token>;
    void use_operators(Tokens& tokens) const;
    void complete(Tokens& tokens) const;

    Operators operators_;
    Completion completion_;
};

}  // namespace postern::rewrite
