// The exchange after an AUTH command (RFC 4954 section 4): challenges, responses, and the outcome.
#pragma once

#include "lib/event/stream.h"
#include "smtpd/content.h"

namespace postern::smtpd {

/// Runs the attempt that session.login_request describes; after success the session has its
/// `login`. Responses are never logged, and wiped. Error: the client broke off.
Task<Result<Reply>> log_in(Session& session, event::Stream& stream, ReadDeadline deadline);

}  // namespace postern::smtpd
