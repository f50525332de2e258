// SASL mechanisms (RFC 4422), and what a site demands of them: smtpd_sasl_security_options and its
// like (postconf(5)).
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::sasl {

/// What is known of a mechanism: its weaknesses and strengths, bits of a set.
enum Property : unsigned {
    plaintext = 1 << 0,   ///< sends the password as it is
    active = 1 << 1,      ///< open to active attacks
    dictionary = 1 << 2,  ///< open to a search through a dictionary
    anonymous = 1 << 3,   ///< lets anybody in
    forward_secrecy = 1 << 4,
    mutual_auth = 1 << 5,  ///< the server proves who it is, too
    hidden = 1 << 6,       ///< for other uses than ours: never offered
};

/// What is demanded, as the parameters name it.
struct SecurityOptions {
    unsigned forbidden = hidden;  ///< noplaintext, noactive, nodictionary, noanonymous
    unsigned needed = 0;          ///< forward_secrecy, mutual_auth

    /// Error: permanent, a word that is none of these.
    static Result<SecurityOptions> parse(const std::vector<std::string>& words);
    bool allow(unsigned properties) const noexcept {
        return (properties & forbidden) == 0 && (properties & needed) == needed;
    }
    friend auto operator<=>(const SecurityOptions&, const SecurityOptions&) = default;
};

/// 1 to 20 characters of A-Z, 0-9, "-" and "_" (RFC 4422 section 3.1), in any case.
bool is_mechanism_name(std::string_view name) noexcept;

}  // namespace postern::sasl
