// The beginning of a session: greeting, EHLO, HELO or LHLO (RFC 5321 section 4.1.1.1, RFC 2033), and
// STARTTLS (RFC 3207).
#pragma once

#include "smtp/session.h"

#include <optional>

namespace postern::smtp {

struct Protection;

/// Why a server is of no use; the next one may be.
struct Refusal {
    mail::StatusCode status;   ///< kind 5: the mail bounces, unless another server is tried
    std::string text;          ///< "host X refused to talk to me: 554 no"
    std::string reply;         ///< what the server said; "" when it broke
    bool may_try_next = true;  ///< false: a server that says no for all of its kind
    bool is_tls_failure = false;   ///< without TLS it might be of use
};

/// Greets; afterwards `session.features` says what the server can. `discarded`: EHLO keywords that
/// count as not announced. `protection` null: no TLS. Nothing when the server is ready for MAIL
/// FROM, and is as protected, and the one, that the policy wants.
Task<std::optional<Refusal>> shake_hands(Session& session, std::vector<std::string> discarded,
                                         const Protection* protection = nullptr);

}  // namespace postern::smtp
