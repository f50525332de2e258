// Bare keys in the place of certificates (RFC 7250), with an OpenSSL that knows them; and that
// nothing is promised with one that does not.
#include "lib/tls/raw_keys.h"

#include "tests/unit/tls/lab.h"

namespace postern::tls {
namespace {

using test::Met;
using test::TlsLab;

std::string server_cf(TlsLab& lab, const std::string& more = "") {
    return "smtpd_tls_chain_files = " + lab.chain_file({.name = "mx.example"}) + "\n" + more;
}

ClientPolicy bare(Level level = Level::encrypt) {
    ClientPolicy policy = TlsLab::policy(level);
    policy.prefers_bare_key = true;
    return policy;
}

TEST_CASE("raw public keys are not promised by an OpenSSL that has none", "[tls]") {
    TlsLab lab;
    const auto server = lab.server(server_cf(lab, "smtpd_tls_enable_rpk = yes\n"));
    if (has_raw_keys()) {
        CHECK(server->warnings().empty());
        return;
    }
    REQUIRE(server->warnings().size() == 1);
    CHECK(server->warnings()[0].starts_with(
        "smtpd_tls_enable_rpk: raw public keys (RFC 7250) need OpenSSL 3.2, and this is 3."));
    const auto client = lab.client();
    CHECK_FALSE((*Met(lab, *server, *client, bare()).at_client)->peer.is_bare_key());
}

TEST_CASE("a server sends its key bare to who asks for that, and no certificate", "[tls]") {
    if (!has_raw_keys()) return;
    TlsLab lab;
    const auto server = lab.server(server_cf(lab));
    const auto client = lab.client();
    const auto usual = *Met(lab, *server, *client, TlsLab::policy()).at_client;
    CHECK_FALSE(usual->peer.is_bare_key());
    const auto made = *Met(lab, *server, *client, bare()).at_client;
    REQUIRE(made->has_peer);
    CHECK(made->peer.is_bare_key());
    CHECK(made->peer.key_fingerprint == usual->peer.key_fingerprint);
    CHECK(std::string(made->trust()) == "Untrusted");
    CHECK(made->server_signature == "ECDSA (prime256v1 raw public key)");
    CHECK(made->peer.summary() == "raw public key fingerprint=" + usual->peer.key_fingerprint);
}

TEST_CASE("a bare key is matched by its fingerprint; a certificate's counts no more", "[tls]") {
    if (!has_raw_keys()) return;
    TlsLab lab;
    const auto server = lab.server(server_cf(lab));
    const auto client = lab.client();
    const auto peer = (*Met(lab, *server, *client, TlsLab::policy()).at_client)->peer;
    ClientPolicy policy = bare(Level::fingerprint);
    policy.fingerprints = {peer.key_fingerprint};
    CHECK((*Met(lab, *server, *client, policy).at_client)->peer.is_matched);
    policy.fingerprints = {peer.fingerprint};
    CHECK_FALSE((*Met(lab, *server, *client, policy).at_client)->peer.is_matched);
}

TEST_CASE("a client's key comes bare where the server would rather have it so", "[tls]") {
    if (!has_raw_keys()) return;
    TlsLab lab;
    const auto client = lab.client("smtp_tls_chain_files = " + lab.chain_file({.name = "client.example"}) + "\n");
    const auto usual = lab.server(server_cf(lab, "smtpd_tls_ask_ccert = yes\n"));
    const auto certified = *Met(lab, *usual, *client, TlsLab::policy()).at_server;
    CHECK(certified->peer.subject == "client.example");
    CHECK_FALSE(certified->asked_for_bare_key);
    const auto server = lab.server(server_cf(lab, "smtpd_tls_ask_ccert = yes\nsmtpd_tls_enable_rpk = yes\n"));
    const auto made = *Met(lab, *server, *client, TlsLab::policy()).at_server;
    REQUIRE(made->has_peer);
    CHECK(made->asked_for_bare_key);
    CHECK(made->peer.is_bare_key());
    CHECK_FALSE(made->peer.is_trusted);
    CHECK(made->peer.key_fingerprint == certified->peer.key_fingerprint);
    CHECK(made->client_signature == "ECDSA (prime256v1 raw public key)");
}

TEST_CASE("TLSA records of keys alone make a client ask for the key, and match it", "[tls]") {
    ClientPolicy policy = TlsLab::policy(Level::dane);
    policy.prefers_bare_key = true;
    CHECK_FALSE(policy.asks_bare_key());
    policy.tlsa = {{3, 1, 1, std::string(32, 'x')}};
    CHECK(policy.asks_bare_key());
    policy.tlsa.push_back({2, 0, 1, std::string(32, 'x')});
    CHECK_FALSE(policy.asks_bare_key());
    policy = bare(Level::encrypt);
    CHECK(policy.asks_bare_key());
    policy.level = Level::secure;
    CHECK_FALSE(policy.asks_bare_key());
    if (!has_raw_keys()) return;

    TlsLab lab;
    const auto server = lab.server(server_cf(lab));
    const auto client = lab.client();
    const auto peer = (*Met(lab, *server, *client, TlsLab::policy()).at_client)->peer;
    std::string digest;   // SHA2-256 of the SubjectPublicKeyInfo: "3 1 1"
    for (std::size_t i = 0; i < peer.key_fingerprint.size(); i += 3)
        digest += static_cast<char>(std::stoi(peer.key_fingerprint.substr(i, 2), nullptr, 16));
    ClientPolicy dane = TlsLab::policy(Level::dane_only);
    dane.tlsa_names = {"mx.example"};
    dane.tlsa = {{3, 1, 1, digest}};
    const auto made = *Met(lab, *server, *client, dane).at_client;
    CHECK(made->peer.is_bare_key());
    CHECK(made->peer.is_matched);
    dane.tlsa = {{3, 1, 1, std::string(32, 'x')}};
    CHECK_FALSE((*Met(lab, *server, *client, dane).at_client)->peer.is_matched);
}

TEST_CASE("a session with a bare key is resumed with it", "[tls]") {
    if (!has_raw_keys()) return;
    TlsLab lab;
    lab.store.keys = {test::ticket_key('a')};
    const auto server = lab.server(server_cf(lab));
    const auto client = lab.client("smtp_tls_session_cache_database = btree:x\n");
    Met first(lab, *server, *client, bare());
    REQUIRE(first.is_made());
    REQUIRE(Met::pass(lab, *first.server_stream, *first.client_stream, "x") == "x");   // the ticket before it
    Met second(lab, *server, *client, bare());
    REQUIRE(second.is_made());
    CHECK((*second.at_client)->is_reused);
    CHECK((*second.at_client)->peer.is_bare_key());
    CHECK((*second.at_client)->peer.key_fingerprint == (*first.at_client)->peer.key_fingerprint);
}

}  // namespace
}  // namespace postern::tls
