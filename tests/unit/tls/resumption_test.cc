#include "lib/tls/ticket_keys.h"
#include "tests/unit/tls/lab.h"

namespace postern::tls {

using test::Met;
using test::ticket_key;
using test::TlsLab;

namespace {

const std::string keeps = "smtp_tls_session_cache_database = btree:x\n";

std::string chain(TlsLab& lab) { return "smtpd_tls_chain_files = " + lab.chain_file({.name = "mx.example"}) + "\n"; }

/// A whole handshake whose ticket comes, and another one; whether that resumed the session.
bool resumes(TlsLab& lab, Server& first, Server& second, Client& client, const std::string& protocols = "") {
    auto policy = TlsLab::policy();
    if (!protocols.empty()) policy.protocols = protocols;
    Met met(lab, first, client, policy);
    REQUIRE(met.is_made());
    REQUIRE(Met::pass(lab, *met.server_stream, *met.client_stream, "x") == "x");   // the ticket before it
    Met again(lab, second, client, policy);
    REQUIRE(again.is_made());
    CHECK((*again.at_client)->is_reused == (*again.at_server)->is_reused);
    return (*again.at_server)->is_reused;
}

}  // namespace

TEST_CASE("a ticket resumes a session at another process of the same service", "[tls]") {
    TlsLab lab;
    lab.store.keys = {ticket_key('a')};
    auto one = lab.server(chain(lab)), other = lab.server(chain(lab));
    auto client = lab.client(keeps);
    CHECK(resumes(lab, *one, *other, *client));
    CHECK(resumes(lab, *one, *other, *client, "<=TLSv1.2"));
}

TEST_CASE("each process takes random bytes from tlsmgr before its first handshake, and only then",
          "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab));
    auto client = lab.client(keeps);
    CHECK(lab.store.asked_for_random_bytes == 0);
    REQUIRE(Met(lab, *server, *client, TlsLab::policy()).is_made());
    CHECK(lab.store.asked_for_random_bytes == 2);
    REQUIRE(Met(lab, *server, *client, TlsLab::policy()).is_made());
    CHECK(lab.store.asked_for_random_bytes == 2);
}

TEST_CASE("a ticket of one service is refused by another", "[tls][attack-5]") {
    TlsLab lab;
    lab.store.keys = {ticket_key('a')};
    auto mx = lab.server(chain(lab), {}, "smtp"), submission = lab.server(chain(lab), {}, "submission");
    auto client = lab.client(keeps);
    CHECK_FALSE(resumes(lab, *mx, *submission, *client));
    CHECK_FALSE(resumes(lab, *submission, *mx, *client, "<=TLSv1.2"));
}

TEST_CASE("a ticket whose key is gone, or where there are no tickets, means a whole handshake", "[tls]") {
    TlsLab lab;
    auto client = lab.client(keeps);
    auto none = lab.server(chain(lab));
    CHECK_FALSE(resumes(lab, *none, *none, *client));
    lab.store.keys = {ticket_key('a')};
    auto one = lab.server(chain(lab));
    Met met(lab, *one, *client, TlsLab::policy());
    REQUIRE(Met::pass(lab, *met.server_stream, *met.client_stream, "x") == "x");
    lab.store.keys = {ticket_key('b')};
    auto other = lab.server(chain(lab));
    CHECK_FALSE((*Met(lab, *other, *client, TlsLab::policy()).at_server)->is_reused);
}

TEST_CASE("tickets end with tls_ssl_options = NO_TICKET and with a cache time of zero", "[tls]") {
    TlsLab lab;
    lab.store.keys = {ticket_key('a')};
    auto client = lab.client(keeps);
    auto without = lab.server(chain(lab) + "tls_ssl_options = NO_TICKET\n");
    CHECK_FALSE(resumes(lab, *without, *without, *client));
    auto timeless = lab.server(chain(lab) + "smtpd_tls_session_cache_timeout = 0\n");
    CHECK_FALSE(resumes(lab, *timeless, *timeless, *client));
}

TEST_CASE("a client without tickets resumes from the server's cache", "[tls]") {
    TlsLab lab;
    auto server = lab.server(chain(lab) + "tls_ssl_options = NO_TICKET\nsmtpd_tls_session_cache_database = btree:x\n");
    auto client = lab.client(keeps);
    CHECK(resumes(lab, *server, *server, *client, "<=TLSv1.2"));
}

TEST_CASE("a client resumes under the same policy only", "[tls]") {
    TlsLab lab;
    lab.store.keys = {ticket_key('a')};
    auto server = lab.server(chain(lab));
    auto client = lab.client(keeps);
    Met met(lab, *server, *client, TlsLab::policy());
    REQUIRE(Met::pass(lab, *met.server_stream, *met.client_stream, "x") == "x");
    CHECK_FALSE((*Met(lab, *server, *client, TlsLab::policy(Level::encrypt)).at_client)->is_reused);
}

TEST_CASE("a process asks for ticket keys again when those it has issue no more", "[tls]") {
    TlsLab lab;
    TicketKeys keys;
    const WallTime now = lab.loop.clock().wall();
    lab.store.keys = {ticket_key('a')};
    lab.loop.run(keys.refresh(lab.store, now));
    REQUIRE(keys.to_issue(now));
    CHECK(keys.to_issue(now)->name == std::string(16, 'a'));
    lab.store.keys = {ticket_key('b'), ticket_key('a')};
    lab.loop.run(keys.refresh(lab.store, now));
    CHECK(keys.to_issue(now)->name == std::string(16, 'a'));
    lab.store.keys[0].issues_until += seconds(1200);
    lab.loop.run(keys.refresh(lab.store, now + seconds(700)));
    REQUIRE(keys.to_issue(now + seconds(700)));
    CHECK(keys.to_issue(now + seconds(700))->name == std::string(16, 'b'));
    CHECK(keys.named(std::string(16, 'a'), now + seconds(700)));
    CHECK_FALSE(keys.named(std::string(16, 'a'), now + seconds(2000)));
    CHECK_FALSE(keys.named(std::string(16, 'c'), now));
}

}  // namespace postern::tls
