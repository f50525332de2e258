// What smtpd_tls_loglevel and smtp_tls_loglevel show of handshakes. For the sources of lib/tls only.
#pragma once

#include "lib/report/reporter.h"
#include "lib/report/tls_events.h"
#include "lib/tls/connection.h"

#include <string>

namespace postern::tls {

/// Level 1: one line.
void report_established(report::TlsSide side, const Established& made, const std::string& peer,
                        const Reporter& reporter);
/// Level 2: the states of the handshake. From 3 on also what travels, as hexadecimal dumps; the
/// connection's `trace` ends it.
void trace_handshake(Connection& connection, Log log, int log_level);

}  // namespace postern::tls
