// The beginning of a session: greeting, EHLO, HELO or LHLO (RFC 5321 section 4.1.1.1, RFC 2033), and
// STARTTLS (RFC 3207).
#pragma once

#include "smtp/session.h"

#include <optional>
#include <string>
#include <vector>

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

/// What is known of a server beforehand.
struct Quirks {
    std::vector<std::string> discarded_keywords;   ///< of EHLO, that count as not announced
    /// disable_esmtp, delay_dotcrlf, for one behind a PIX firewall with "smtp fixup".
    std::vector<std::string> pix_workarounds;
};

/// Greets; afterwards `session.features` says what the server can. `protection` null: no TLS.
/// Nothing when the server is ready for MAIL FROM, and is as protected, and the one, that the policy
/// wants.
Task<std::optional<Refusal>> shake_hands(Session& session, Quirks quirks, const Protection* protection = nullptr);

}  // namespace postern::smtp
