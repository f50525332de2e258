// The beginning of a session: greeting, EHLO, HELO or LHLO (RFC 5321 section 4.1.1.1, RFC 2033).
#pragma once

#include "smtp/session.h"

#include <optional>

namespace postern::smtp {

/// Why a server is of no use; the next one may be.
struct Refusal {
    mail::StatusCode status;   ///< kind 5: the mail bounces, unless another server is tried
    std::string text;          ///< "host X refused to talk to me: 554 no"
    std::string reply;         ///< what the server said; "" when it broke
    bool may_try_next = true;  ///< false: a server that says no for all of its kind
};

/// Greets; afterwards `session.features` says what the server can. `discarded`: EHLO keywords that
/// count as not announced. Nothing when the server is ready for MAIL FROM.
Task<std::optional<Refusal>> shake_hands(Session& session, std::vector<std::string> discarded);

}  // namespace postern::smtp
