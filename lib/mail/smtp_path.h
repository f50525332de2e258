// The argument of MAIL FROM and RCPT TO (RFC 5321 section 4.1.2), strictly or as clients write it.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::mail {

struct PathRules {
    bool strict = false;       ///< strict_rfc821_envelopes: `<>` required, no comments or phrases
    bool allow_empty = false;  ///< MAIL FROM:<>
};

/// A path and what follows it on the command line.
struct PathArgument {
    std::string address;          ///< internal form, source route removed; "" for `<>`
    std::string_view path;        ///< as the client wrote it
    std::string_view parameters;  ///< ESMTP parameters, trimmed; "" when there are none
};

/// `text` is what follows "MAIL FROM:" or "RCPT TO:" and outlives the result. The path ends at the
/// first blank outside of quotes and `< >`.
/// Errors (permanent): no path at all, not exactly one address, an empty one where it is not
/// allowed, characters that must be quoted. The domain is not looked at: resolving an address
/// tells whether it can be one.
Result<PathArgument> parse_path_argument(std::string_view text, const PathRules& rules);

}  // namespace postern::mail
