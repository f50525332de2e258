// The end of a TLS connection (RFC 8446 section 6.1).
#pragma once

#include "lib/event/stream.h"

namespace postern::tls {

/// The last flush of a stream that we close: sends what was written, until `deadline`, and lets our
/// farewell go with it, in the same segment. Who does not take it has gone.
Task<void> say_last(event::Stream& stream, Deadline deadline);

/// Before an encrypted stream is closed by us: sends what was written and, where
/// tls_fast_shutdown_enable is "no", says farewell and waits for the other side's until `deadline`.
/// Else, and for a stream in clear, it is done at once: a farewell goes out as the stream ends.
Task<void> part(event::Stream& stream, Deadline deadline);

}  // namespace postern::tls
