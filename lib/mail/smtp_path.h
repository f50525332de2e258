// The argument of MAIL FROM and RCPT TO (RFC 5321 section 4.1.2), strictly or as clients write it.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::mail {

struct PathRules {
    bool strict = false;       ///< strict_rfc821_envelopes: `<>` required, no comments or phrases
    bool allow_utf8 = false;   ///< SMTPUTF8 was asked for (RFC 6531)
    bool allow_empty = false;  ///< MAIL FROM:<>
};

/// A path and what follows it on the command line.
struct PathArgument {
    std::string address;           ///< internal form, source route removed; "" for `<>`
    std::string_view parameters;   ///< ESMTP parameters, trimmed; "" when there are none
    bool was_bracketed = true;     ///< the client wrote the `<` and `>` that RFC 5321 wants
};

/// `text` is what follows "MAIL FROM:" or "RCPT TO:" and outlives the result.
/// Errors (permanent) have the text for a 501 reply, without code: "Bad sender address syntax" is
/// the caller's; here "the address is not enclosed in <>" and the like.
Result<PathArgument> parse_path_argument(std::string_view text, const PathRules& rules);

}  // namespace postern::mail
