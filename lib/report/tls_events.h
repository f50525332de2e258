// What TLS handshakes come to. The lines of a server name its client, those of a client its server
// with the port.
#pragma once

#include "lib/base/log.h"
#include "lib/report/counters.h"
#include "lib/report/record.h"
#include "lib/report/wording.h"

#include <string>
#include <string_view>

namespace postern::report {

/// Which side we are.
enum class TlsSide { server, client };

/// "Anonymous TLS connection established from mail.example[192.0.2.1]: TLSv1.3 with cipher
/// TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ...". "to" for a
/// client, "reused" for a connection that goes on with another message, " to NAME" for a server
/// that has a certificate of its own for the name that was asked for.
struct TlsEstablished {
    static constexpr std::string_view name = "tls_established";
    TlsSide side = TlsSide::server;
    bool is_reused_connection = false;
    std::string_view trust;         ///< Anonymous, Untrusted, Trusted, Verified
    std::string_view peer;          ///< "mail.example[192.0.2.1]", with ":25" for a server
    std::string_view server_name;   ///< "" without
    std::string_view summary;       ///< "TLSv1.3 with cipher ... (256/256 bits)"
    std::string_view details;       ///< " key-exchange ..."; "" without
    std::string_view protocol, cipher;
    bool is_resumed_session = false;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "SSL_accept error from mail.example[192.0.2.1]: lost connection"; "SSL_connect error to
/// mx.example[192.0.2.1]:25: -1".
struct TlsHandshakeFailed {
    static constexpr std::string_view name = "tls_handshake_failed";
    TlsSide side = TlsSide::server;
    std::string_view peer;
    std::string_view reason;   ///< "lost connection", "Connection timed out", "-1"

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "warning: TLS library problem: error:0A00010B:SSL routines::wrong version number:..."
struct TlsLibraryProblem {
    static constexpr std::string_view name = "tls_library_problem";
    static constexpr Severity severity = Severity::warning;
    std::string_view problem;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "certificate verification failed for mx.example[192.0.2.1]:25: untrusted issuer /CN=ca"; with
/// a number, "server certificate verification failed for ...: num=62:hostname mismatch".
struct TlsPeerUnverified {
    static constexpr std::string_view name = "tls_peer_unverified";
    std::string_view peer;
    std::string_view problem;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "NOQUEUE: abort: TLS from mail.example[192.0.2.1]: No client certificate presented"
struct TlsClientRefused {
    static constexpr std::string_view name = "tls_client_refused";
    std::string_view peer;
    std::string_view reason;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "TLS SNI mail.example from client.example[192.0.2.1] not matched, using default chain"
struct TlsNameUnknown {
    static constexpr std::string_view name = "tls_name_unknown";
    std::string_view server_name, peer;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "TLSRPT: status=failure, domain=a.example, receiving_mx=mx.a.example[192.0.2.1],
/// failure_type=validation_failure, failure_reason=self-signed_certificate"; "status=success" ends
/// with the server (RFC 8460).
struct TlsReported {
    static constexpr std::string_view name = "tls_reported";
    std::string_view domain;
    std::string_view server;    ///< "mx.a.example[192.0.2.1]"
    std::string_view failure;   ///< "validation-failure"; "" it was a success
    std::string_view reason;    ///< "self-signed certificate"; "" none

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

/// "Host offered STARTTLS: [mx.example]" (smtp_tls_note_starttls_offer)
struct StarttlsOffered {
    static constexpr std::string_view name = "starttls_offered";
    std::string_view host;

    std::string line(const Wording& wording) const;
    void describe(Record& record) const;
};

}  // namespace postern::report
