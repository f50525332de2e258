// The end of a TLS connection (RFC 8446 section 6.1).
#pragma once

#include "lib/event/stream.h"

namespace postern::tls {

/// Before an encrypted stream is closed by us: sends what was written and, where
/// tls_fast_shutdown_enable is "no", says farewell and waits for the other side's until `deadline`.
/// Else, and for a stream in clear, it is done at once: a farewell goes out as the stream ends.
Task<void> part(event::Stream& stream, Deadline deadline);

}  // namespace postern::tls
