// What smtpd_tls_loglevel and smtp_tls_loglevel show of handshakes. For the sources of lib/tls only.
#pragma once

#include "lib/report/reporter.h"
#include "lib/report/tls_events.h"
#include "lib/tls/connection.h"
#include "lib/tls/log_level.h"
#include "lib/tls/settings.h"
#include "lib/tls/trace_gate.h"

#include <string>

namespace postern::tls {

/// Level 1: one line.
void report_established(report::TlsSide side, const Established& made, const std::string& peer,
                        const Reporter& reporter);
/// Level 2: the states of the handshake. From 3 on also what travels, as hexadecimal dumps; the
/// connection's `trace` ends it. `peer` is "name[address]:port".
void trace_handshake(Connection& connection, Log log, LogLevel level);
/// ",trace": opens the connection's file, where the gate permits one more, and logs its path.
Task<void> begin_trace_file(Connection& connection, TraceGate& gate, const CommonSettings& common,
                            std::size_t size_limit, std::string peer, Log log);
/// The handshake is over: only level 4 shows what follows.
void end_handshake_trace(Connection& connection, LogLevel level);

}  // namespace postern::tls
