#include "lib/report/smtpd_events.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::report;

namespace {

const Wording plain;
const Peer client{"mail.example", "192.0.2.1", 50000};
const Transaction mail{"a b@x.example", "c@y.example", "ESMTP", "mail.example", {}};

template <class E>
std::string json(const E& event) {
    Record record(E::name);
    event.describe(record);
    return record.finish(from_unix(0), "postfix/smtpd", 7, 0);
}

}  // namespace

TEST_CASE("connect and disconnect name the client, and count its commands", "[report]") {
    CHECK(ClientConnected{client}.line(plain) == "connect from mail.example[192.0.2.1]");
    const ClientDisconnected::Command commands[] = {
        {"ehlo", 1, 1}, {"auth", 0, 0}, {"mail", 1, 1}, {"rcpt", 0, 1}, {"unknown", 0, 2}};
    CHECK(ClientDisconnected{client, commands, ""}.line(plain) ==
          "disconnect from mail.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/1 unknown=0/2 commands=2/5");
    CHECK(ClientDisconnected{client, {}, "bare_lf"}.line(plain) ==
          "disconnect from mail.example[192.0.2.1] commands=0/0 notes=bare_lf");
}

TEST_CASE("the client's port shows where smtpd_client_port_logging asks for it", "[report]") {
    Wording wording;
    wording.smtpd_client_port_logging = true;
    CHECK(ClientConnected{client}.line(wording) == "connect from mail.example[192.0.2.1]:50000");
}

TEST_CASE("client= has the login and where the mail came from", "[report]") {
    MailAccepted event{"3F1A2B", {"unknown", "::1"}, {}, "", std::nullopt};
    CHECK(event.line(plain) == "3F1A2B: client=unknown[::1]");
    event.login = {"PLAIN", "alice", "bob@x.example"};
    event.orig_queue_id = "ABC";
    event.orig_client = client;
    CHECK(event.line(plain) ==
          "3F1A2B: client=unknown[::1], sasl_method=PLAIN, sasl_username=alice, "
          "sasl_sender=bob@x.example, orig_queue_id=ABC, orig_client=mail.example[192.0.2.1]");
}

TEST_CASE("a reject line ends with what is known of the transaction", "[report]") {
    RequestActedOn event{"", "reject", "RCPT", client,
                         "554 5.7.1 <c@y.example>: Relay access denied", mail};
    CHECK(event.line(plain) ==
          "NOQUEUE: reject: RCPT from mail.example[192.0.2.1]: 554 5.7.1 <c@y.example>: Relay "
          "access denied; from=<\"a b\"@x.example> to=<c@y.example> proto=ESMTP "
          "helo=<mail.example>");
    Wording internal;
    internal.info_log_address_format = Wording::AddressFormat::internal;
    CHECK(event.line(internal).find("from=<a b@x.example>") != std::string::npos);
    event.transaction = {std::nullopt, std::nullopt, "SMTP", "", {}};
    event.stage = "CONNECT";
    CHECK(event.line(plain).ends_with("denied; proto=SMTP"));
    event.transaction.login = {"LOGIN", "alice", ""};
    event.queue_id = "3F1A2B";
    event.action = "hold";
    CHECK(event.line(plain).starts_with("3F1A2B: hold: CONNECT from"));
    CHECK(event.line(plain).ends_with("; proto=SMTP sasl_method=LOGIN sasl_username=alice"));
}

TEST_CASE("the null sender shows as <>", "[report]") {
    CHECK(transaction_text({"", "c@y.example", "SMTP", "h", {}}, plain) ==
          "from=<> to=<c@y.example> proto=SMTP helo=<h>");
}

TEST_CASE("a broken session names its last command and queue id", "[report]") {
    SessionBroken event{"", SessionBroken::Cause::lost_connection, "DATA (5 bytes)", client};
    CHECK(event.line(plain) ==
          "NOQUEUE: lost connection after DATA (5 bytes) from mail.example[192.0.2.1]");
    event = {"3F1A2B", SessionBroken::Cause::timeout, "END-OF-MESSAGE", client};
    CHECK(event.line(plain) == "3F1A2B: timeout after END-OF-MESSAGE from mail.example[192.0.2.1]");
    event.cause = SessionBroken::Cause::too_many_errors;
    CHECK(event.line(plain).starts_with("3F1A2B: too many errors after"));
}

TEST_CASE("other lines of a session", "[report]") {
    CHECK(PipeliningImproper{"EHLO", client, "MAIL FROM:<>"}.line(plain) ==
          "improper command pipelining after EHLO from mail.example[192.0.2.1]: MAIL FROM:<>");
    CHECK(AuthenticationFailed{client, "LOGIN", "wrong password", ""}.line(plain) ==
          "mail.example[192.0.2.1]: SASL LOGIN authentication failed: wrong password");
    CHECK(AuthenticationFailed{client, "LOGIN", "wrong password", "al"}.line(plain).ends_with(
        "wrong password, sasl_username=al"));
    CHECK(ClientNameUnverified{"mail.example", "192.0.2.1", ""}.line(plain) ==
          "hostname mail.example does not resolve to address 192.0.2.1");
    CHECK(ClientNameUnverified{"mail.example", "192.0.2.1", "Name not known"}.line(plain).ends_with(
        "192.0.2.1: Name not known"));
    CHECK(ForbiddenCommandReceived{client, "GET / HTTP/1.1"}.line(plain) ==
          "non-SMTP command from mail.example[192.0.2.1]: GET / HTTP/1.1");
    CHECK(ClientLimitExceeded{"Connection rate", 61, client, "smtp"}.line(plain) ==
          "Connection rate limit exceeded: 61 from mail.example[192.0.2.1] for service smtp");
    CHECK(ReplyFiltered{"", ReplyFiltered::Side::out, "550 5.6.0 no"}.line(plain) ==
          "NOQUEUE: reject filter out: 550 5.6.0 no");
}

TEST_CASE("a record has flat members in a fixed order, without what is not known", "[report]") {
    CHECK(json(ClientConnected{{"unknown", "192.0.2.1"}}) ==
          R"({"time":"1970-01-01T00:00:00.000000Z","program":"postfix/smtpd","pid":7,)"
          R"("event":"client_connected","client_name":"unknown","client_address":"192.0.2.1"})");
    CHECK(json(RequestActedOn{"", "reject", "MAIL", client, "550 \"no\"",
                              {"", std::nullopt, "ESMTP", "h", {}}}) ==
          R"({"time":"1970-01-01T00:00:00.000000Z","program":"postfix/smtpd","pid":7,)"
          R"("event":"request_acted_on","action":"reject","stage":"MAIL",)"
          R"("client_name":"mail.example","client_address":"192.0.2.1","client_port":50000,)"
          R"("text":"550 \"no\"","sender":"","protocol":"ESMTP","helo":"h"})");
}
