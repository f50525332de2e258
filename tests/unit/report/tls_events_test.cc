#include "lib/report/tls_events.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::report;

namespace {

const Wording plain;

TlsEstablished established() {
    TlsEstablished event;
    event.trust = "Anonymous";
    event.peer = "client.example[192.0.2.1]";
    event.summary = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)";
    event.details = " key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256";
    return event;
}

}  // namespace

TEST_CASE("a handshake's line tells trust, peer, cipher and the details of TLS 1.3", "[report]") {
    CHECK(established().line(plain) ==
          "Anonymous TLS connection established from client.example[192.0.2.1]: TLSv1.3 with cipher "
          "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ECDSA "
          "(prime256v1) server-digest SHA256");
}

TEST_CASE("a server's line ends its peer with the name whose certificate it showed", "[report]") {
    auto event = established();
    event.server_name = "sni.example";
    event.details = "";
    CHECK(event.line(plain) ==
          "Anonymous TLS connection established from client.example[192.0.2.1] to sni.example: "
          "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
}

TEST_CASE("a client's line names the server, and says when the connection is used again", "[report]") {
    auto event = established();
    event.side = TlsSide::client;
    event.trust = "Verified";
    event.peer = "mx.example[192.0.2.1]:25";
    event.details = "";
    event.is_reused_connection = true;
    CHECK(event.line(plain) ==
          "Verified TLS connection reused to mx.example[192.0.2.1]:25: TLSv1.3 with cipher "
          "TLS_AES_256_GCM_SHA384 (256/256 bits)");
}

TEST_CASE("failures of TLS have Postfix's words", "[report]") {
    CHECK(TlsHandshakeFailed{TlsSide::server, "a[192.0.2.1]", "lost connection"}.line(plain) ==
          "SSL_accept error from a[192.0.2.1]: lost connection");
    CHECK(TlsHandshakeFailed{TlsSide::client, "a[192.0.2.1]:25", "-1"}.line(plain) ==
          "SSL_connect error to a[192.0.2.1]:25: -1");
    CHECK(TlsLibraryProblem{"error:1"}.line(plain) == "TLS library problem: error:1");
    CHECK(TlsPeerUnverified{"a[192.0.2.1]:25", "untrusted issuer /CN=ca"}.line(plain) ==
          "certificate verification failed for a[192.0.2.1]:25: untrusted issuer /CN=ca");
    CHECK(TlsPeerUnverified{"a[192.0.2.1]:25", "num=62:hostname mismatch"}.line(plain) ==
          "server certificate verification failed for a[192.0.2.1]:25: num=62:hostname mismatch");
    CHECK(TlsClientRefused{"a[192.0.2.1]", "No client certificate presented"}.line(plain) ==
          "NOQUEUE: abort: TLS from a[192.0.2.1]: No client certificate presented");
    CHECK(TlsNameUnknown{"x.example", "a[192.0.2.1]"}.line(plain) ==
          "TLS SNI x.example from a[192.0.2.1] not matched, using default chain");
    CHECK(TlsReported{"a.example", "mx.a.example[192.0.2.1]", "", ""}.line(plain) ==
          "TLSRPT: status=success, domain=a.example, receiving_mx=mx.a.example[192.0.2.1]");
    CHECK(TlsReported{"a.example", "mx.a.example[192.0.2.1]", "validation-failure", "self-signed certificate"}
              .line(plain) ==
          "TLSRPT: status=failure, domain=a.example, receiving_mx=mx.a.example[192.0.2.1], "
          "failure_type=validation_failure, failure_reason=self-signed_certificate");
    CHECK(StarttlsOffered{"mx.example"}.line(plain) == "Host offered STARTTLS: [mx.example]");
}
