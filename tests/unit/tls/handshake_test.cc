#include "lib/tls/certificate.h"
#include "tests/unit/fake_table.h"
#include "tests/unit/tls/lab.h"

#include <malloc.h>

namespace postern::tls {

using test::Met;
using test::TlsLab;

namespace {

std::string chain(TlsLab& lab, const std::string& name = "mx.example") {
    return "smtpd_tls_chain_files = " + lab.chain_file({.name = name}) + "\n";
}

}  // namespace

TEST_CASE("a handshake ends in a line that tells what was agreed, and lines travel both ways", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    Met met(lab, *server, *client, TlsLab::policy());
    REQUIRE(met.is_made());
    CHECK((*met.at_server)->protocol == "TLSv1.3");
    CHECK(lab.lines.text() ==
          "Anonymous TLS connection established from client.example[192.0.2.1]: TLSv1.3 with cipher "
          "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ECDSA (prime256v1) "
          "server-digest SHA256\n");
    CHECK(Met::pass(lab, *met.client_stream, *met.server_stream, "EHLO x") == "EHLO x");
    const std::string large(60000, 'x');
    CHECK(Met::pass(lab, *met.server_stream, *met.client_stream, large) == large);
}

TEST_CASE("the end of a stream says close_notify, and the other side sees the end", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    Met met(lab, *server, *client, TlsLab::policy());
    REQUIRE(met.is_made());
    met.client_stream.reset();
    CHECK_FALSE(lab.loop.run(Met::read(*met.server_stream, lab.loop.in(seconds(20)))));
}

TEST_CASE("TLS 1.2 is described without what its cipher's name says", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab) + "smtpd_tls_protocols = <=TLSv1.2\n");
    auto client = lab.client();
    Met met(lab, *server, *client, TlsLab::policy());
    REQUIRE(met.is_made());
    CHECK((*met.at_server)->protocol == "TLSv1.2");
    CHECK((*met.at_server)->server_details() == "");
}

TEST_CASE("without a common protocol there is no connection, and both sides log it", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab) + "smtpd_tls_protocols = <=TLSv1.2\n");
    auto client = lab.client();
    auto policy = TlsLab::policy();
    policy.protocols = ">=TLSv1.3";
    Met met(lab, *server, *client, policy);
    CHECK_FALSE(*met.at_client);
    CHECK_FALSE(*met.at_server);
    const std::string log = lab.lines.text();
    CHECK(log.find("SSL_accept error from client.example[192.0.2.1]: -1\n") != log.npos);
    CHECK(log.find("SSL_connect error to mx.example[192.0.2.2]:25: -1\n") != log.npos);
    CHECK(log.find("warning: TLS library problem: error:0A") != log.npos);
}

TEST_CASE("a client trusts whom its authorities have signed, and verifies the name", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto trusting = lab.client("smtp_tls_CAfile = " + lab.ca_file() + "\n");
    auto other = lab.client();
    auto verify = TlsLab::policy(Level::verify);
    verify.names = {".other.example", "mx.example"};
    CHECK(std::string((*Met(lab, *server, *trusting, verify).at_client)->trust()) == "Verified");
    verify.names = {"other.example"};
    CHECK(std::string((*Met(lab, *server, *trusting, verify).at_client)->trust()) == "Trusted");
    CHECK(std::string((*Met(lab, *server, *trusting, TlsLab::policy()).at_client)->trust()) == "Trusted");
    CHECK(std::string((*Met(lab, *server, *other, TlsLab::policy()).at_client)->trust()) == "Untrusted");
    const std::string log = lab.lines.text();
    CHECK(log.find("server certificate verification failed for mx.example[192.0.2.2]:25: num=62:") != log.npos);
}

TEST_CASE("an unknown authority and an expired certificate are said, and not trusted", "[tls]") {
    TlsLab lab;
    auto verify = TlsLab::policy(Level::verify);
    verify.names = {"mx.example", "old.example"};
    auto server = lab.server(chain(lab));
    const test::Authority stranger("Stranger");
    auto client = lab.client("smtp_tls_CAfile = " + lab.write("other", stranger.certificate()) + "\n");
    CHECK_FALSE((*Met(lab, *server, *client, verify).at_client)->peer.is_matched);
    CHECK(lab.lines.text().find("certificate verification failed for mx.example[192.0.2.2]:25: untrusted "
                                "issuer /CN=Test CA") != std::string::npos);

    auto old = lab.server("smtpd_tls_chain_files = " +
                          lab.chain_file({.name = "old.example", .from_days = -9, .to_days = -1}) + "\n");
    CHECK(old->warnings().size() == 1);
    auto trusting = lab.client("smtp_tls_CAfile = " + lab.ca_file() + "\n");
    CHECK_FALSE((*Met(lab, *old, *trusting, verify).at_client)->peer.is_trusted);
    CHECK(lab.lines.text().find("certificate has expired") != std::string::npos);
}

TEST_CASE("a fingerprint of the certificate or of its key is enough, in any spelling", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    const auto peer = (*Met(lab, *server, *client, TlsLab::policy()).at_client)->peer;
    auto policy = TlsLab::policy(Level::fingerprint);
    policy.fingerprints = {"AA:BB", peer.key_fingerprint};
    CHECK((*Met(lab, *server, *client, policy).at_client)->peer.is_matched);
    policy.fingerprints = {peer.fingerprint};
    CHECK(std::string((*Met(lab, *server, *client, policy).at_client)->trust()) == "Verified");
    policy.fingerprints = {"AA:BB"};
    CHECK_FALSE((*Met(lab, *server, *client, policy).at_client)->peer.is_matched);
}

TEST_CASE("a server asks for a certificate and says what it is worth", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab) + "smtpd_tls_ask_ccert = yes\nsmtpd_tls_CAfile = " + lab.ca_file() + "\n");
    auto without = lab.client();
    CHECK_FALSE((*Met(lab, *server, *without, TlsLab::policy()).at_server)->has_peer);
    auto with = lab.client("smtp_tls_chain_files = " + lab.chain_file({.name = "client.example"}) + "\n");
    const auto made = *Met(lab, *server, *with, TlsLab::policy()).at_server;
    REQUIRE(made);
    CHECK(made->peer.is_trusted);
    CHECK(made->peer.subject == "client.example");
    CHECK(made->peer.issuer == "Test CA");
    CHECK(made->client_signature == "ECDSA (prime256v1)");
    CHECK(made->peer.fingerprint.size() == 95);   // SHA-256
}

TEST_CASE("a server shows the certificate of the name that is asked for, or its own", "[tls]") {
    TlsLab lab;
    const auto chain_of = [&](const char* name) { return base64_encoded(lab.authority.chain({.name = name})); };
    const auto sni = [&] {
        return table::Maps({std::make_shared<FakeTable>(std::map<std::string, std::string>{
            {"sni.example", chain_of("sni.example")}, {".sub.example", chain_of("*.sub.example")}})});
    };
    auto server = lab.server(chain(lab), sni());
    auto client = lab.client();
    const auto shown = [&](const char* name) {
        auto policy = TlsLab::policy();
        policy.server_name = name;
        return (*Met(lab, *server, *client, policy).at_client)->peer.subject;
    };
    CHECK(shown("sni.example") == "sni.example");
    CHECK(shown("a.sub.example") == "*.sub.example");
    CHECK(shown("other.example") == "mx.example");
    const std::string log = lab.lines.text();
    CHECK(log.find("established from client.example[192.0.2.1] to sni.example: ") != log.npos);
    CHECK(log.find("TLS SNI other.example from client.example[192.0.2.1] not matched, using default chain\n") !=
          log.npos);
}

TEST_CASE("what came in clear before the handshake is thrown away", "[tls][attack-4]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    Stream ours(lab.loop, Fd(ends[0])), theirs(lab.loop, Fd(ends[1]));
    const std::string injected = "STARTTLS\r\nMAIL FROM:<x@example>\r\n";
    REQUIRE(::send(ends[1], injected.data(), injected.size(), 0) > 0);
    const auto until = lab.loop.in(seconds(20));
    REQUIRE(lab.loop.run(Met::read(ours, until)));   // STARTTLS; the rest is buffered
    auto serving = server->accept(ours, "x", lab.reporter(), {}, until);
    serving.start();
    REQUIRE(lab.loop.run(client->connect(theirs, "y", "y", TlsLab::policy(), lab.reporter(), {}, until)));
    while (!serving.done()) lab.loop.run(Met::turn(lab.loop));
    CHECK(Met::pass(lab, theirs, ours, "EHLO x") == "EHLO x");
}

TEST_CASE("a client that says nothing is given up at the deadline", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    Stream ours(lab.loop, Fd(ends[0]));
    const Fd silent(ends[1]);
    const auto made = lab.loop.run(server->accept(ours, "x", lab.reporter(), {}, lab.loop.in(milliseconds(0))));
    CHECK_FALSE(made);
    CHECK(lab.lines.text() == "SSL_accept error from x: Connection timed out\n");
}

TEST_CASE("garbage and an early end are no handshake", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    Stream ours(lab.loop, Fd(ends[0]));
    Fd theirs(ends[1]);
    SECTION("garbage") {
        REQUIRE(::send(theirs.get(), "garbage\r\n", 9, 0) == 9);
        CHECK_FALSE(lab.loop.run(server->accept(ours, "x", lab.reporter(), {}, lab.loop.in(seconds(20)))));
        CHECK(lab.lines.text().find("SSL_accept error from x: -1\n") == 0);
    }
    SECTION("an early end") {
        theirs.reset();
        CHECK_FALSE(lab.loop.run(server->accept(ours, "x", lab.reporter(), {}, lab.loop.in(seconds(20)))));
        CHECK(lab.lines.text() == "SSL_accept error from x: lost connection\n");
    }
}

TEST_CASE("a handshake can be ended at each of its waits", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    for (int steps = 0; steps < 12; ++steps) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        Stream ours(lab.loop, Fd(ends[0])), theirs(lab.loop, Fd(ends[1]));
        auto serving = server->accept(ours, "x", lab.reporter(), {}, Deadline::never());
        auto asking = client->connect(theirs, "y", "y", TlsLab::policy(), lab.reporter(), {}, Deadline::never());
        serving.start();
        asking.start();
        for (int i = 0; i < steps; ++i) lab.loop.run(Met::turn(lab.loop));
    }
}

TEST_CASE("an idle TLS session takes at most 64 KiB", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client();
    Met first(lab, *server, *client, TlsLab::policy());   // what is loaded once
    constexpr std::size_t count = 50;
    std::vector<std::unique_ptr<Met>> sessions;
    const auto before = ::mallinfo2().uordblks;
    for (std::size_t i = 0; i < count; ++i)
        sessions.push_back(std::make_unique<Met>(lab, *server, *client, TlsLab::policy()));
    const auto each = (::mallinfo2().uordblks - before) / count;   // of both ends
    CHECK(each < 2 * 64 * 1024);
    INFO("bytes of a pair of ends: " << each);
}

}  // namespace postern::tls
