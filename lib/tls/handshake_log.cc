// Logging of handshakes; see the header.
#include "lib/tls/handshake_log.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::tls {

namespace {

void trace(const SSL* ssl, std::string_view line) {
    if (const auto& write = Connection::of(ssl).trace) write(line);
}

void trace_state(const SSL* ssl, int where, int result) {
    const char* side = (where & ~SSL_ST_MASK) & SSL_ST_CONNECT  ? "SSL_connect"
                       : (where & ~SSL_ST_MASK) & SSL_ST_ACCEPT ? "SSL_accept"
                                                                : "unknown";
    if (where & SSL_CB_LOOP) {
        side = SSL_is_server(ssl) ? "SSL_accept" : "SSL_connect";
        trace(ssl, fmt::format("{}:{}", side, SSL_state_string_long(ssl)));
    } else if (where & SSL_CB_ALERT) {
        const char* way = where & SSL_CB_READ ? "read" : "write";
        trace(ssl, fmt::format("SSL3 alert {}:{}:{}", way, SSL_alert_type_string_long(result),
                               SSL_alert_desc_string_long(result)));
    } else if ((where & SSL_CB_EXIT) && result == 0) {
        side = SSL_is_server(ssl) ? "SSL_accept" : "SSL_connect";
        trace(ssl, fmt::format("{}:failed in {}", side, SSL_state_string_long(ssl)));
    }
}

/// "0000 16 03 01 00 ...  ....": sixteen bytes a line.
void dump_bytes(int is_sent, const void* bytes, std::size_t size, SSL* ssl) {
    constexpr std::size_t width = 16;
    const std::string_view data(static_cast<const char*>(bytes), size);
    trace(ssl, fmt::format("{} {} bytes", is_sent ? "write" : "read", size));
    for (std::size_t at = 0; at < size; at += width) {
        const std::string_view row = data.substr(at, width);
        std::string hex, text;
        for (const char c : row) {
            hex += fmt::format("{:02x} ", static_cast<unsigned char>(c));
            text += c >= ' ' && c <= '~' ? c : '.';
        }
        trace(ssl, fmt::format("{:04x} {:<48} {}", at, hex, text));
    }
}

void trace_bytes(int is_sent, int version, int type, const void* bytes, std::size_t size, SSL* ssl, void*) {
    Connection& connection = Connection::of(ssl);
    if (connection.dumps_bytes) dump_bytes(is_sent, bytes, size, ssl);
    if (connection.trace_file) connection.trace_file->add(is_sent, version, type, bytes, size, ssl);
}

/// What stands between the brackets of "name[address]:port".
std::string address_of(const std::string& peer) {
    const auto begin = peer.rfind('['), end = peer.rfind(']');
    if (begin == peer.npos || end == peer.npos || end < begin) return "unknown";
    return replace_all(peer.substr(begin + 1, end - begin - 1), "/", "_");
}

}  // namespace

void report_established(report::TlsSide side, const Established& made, const std::string& peer,
                        const Reporter& reporter) {
    const std::string summary = made.summary();
    const std::string details = made.server_details() + made.client_details();
    reporter.report(report::TlsEstablished{.side = side,
                                           .trust = made.trust(),
                                           .peer = peer,
                                           .server_name = made.server_name,
                                           .summary = summary,
                                           .details = details,
                                           .protocol = made.protocol,
                                           .cipher = made.cipher,
                                           .is_resumed_session = made.is_reused});
}

void trace_handshake(Connection& connection, Log log, LogLevel level) {
    connection.trace = [log](std::string_view line) { log.info("{}", line); };
    connection.dumps_bytes = level.number >= 3;
    SSL_set_info_callback(connection.ssl(), trace_state);
    if (connection.dumps_bytes) SSL_set_msg_callback(connection.ssl(), trace_bytes);
}

Task<void> begin_trace_file(Connection& connection, TraceGate& gate, const CommonSettings& common,
                            std::size_t size_limit, std::string peer, Log log) {
    if (size_limit == 0 || !co_await gate.may_begin()) co_return;
    auto file = TraceFile::create("tlstrace", common.process_name, address_of(peer), connection.now, size_limit);
    if (!file) {
        log.warning("cannot trace TLS with {}: {}", peer, file.error().text);
        co_return;
    }
    log.info("{}: TLS trace in {}", peer, (*file)->path());
    connection.trace_file = std::move(*file);
    SSL_set_msg_callback(connection.ssl(), trace_bytes);
}

void end_handshake_trace(Connection& connection, LogLevel level) {
    if (level.number >= 4) return;
    connection.trace = nullptr;
    connection.dumps_bytes = false;
}

}  // namespace postern::tls
