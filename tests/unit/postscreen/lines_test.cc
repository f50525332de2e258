// The exact text of postscreen's log lines.
#include <catch2/catch.hpp>

#include "lib/report/postscreen_events.h"
#include "lib/report/tlsproxy_events.h"

namespace postern::report {

namespace {
const Endpoint client{"203.0.113.1", 1234};
const Wording today, before{.respectful_logging = false};
}  // namespace

TEST_CASE("clients are allowlisted and denylisted, or as it was called before", "[postscreen]") {
    using Verdict = ClientJudged::Verdict;
    CHECK(ClientJudged{Verdict::allowlisted, client}.line(today) == "ALLOWLISTED [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::allowlisted, client}.line(before) == "WHITELISTED [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::denylisted, client}.line(today) == "DENYLISTED [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::denylisted, client}.line(before) == "BLACKLISTED [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::allowlist_veto, client}.line(before) == "WHITELIST VETO [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::pass_new, client}.line(today) == "PASS NEW [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::pass_old, client}.line(today) == "PASS OLD [203.0.113.1]:1234");
    CHECK(ClientJudged{Verdict::disconnect, client}.line(today) == "DISCONNECT [203.0.113.1]:1234");
}

TEST_CASE("connections, and those that are refused", "[postscreen]") {
    using Reason = ConnectionRefused::Reason;
    CHECK(ClientScreened{{"2001:db8::1", 1}, {"2001:db8::2", 25}}.line(today) ==
          "CONNECT from [2001:db8::1]:1 to [2001:db8::2]:25");
    CHECK(ConnectionRefused{client, Reason::too_many_connections}.line(today) ==
          "NOQUEUE: reject: CONNECT from [203.0.113.1]:1234: too many connections");
    CHECK(ConnectionRefused{client, Reason::screening_ports_busy}.line(today) ==
          "reject: connect from [203.0.113.1]:1234: all screening ports busy");
    CHECK(ConnectionRefused{client, Reason::server_ports_busy}.line(today) ==
          "reject: connect from [203.0.113.1]:1234: all server ports busy");
}

TEST_CASE("clients of tlsproxy", "[postscreen]") {
    CHECK(ClientTaken{client}.line(today) == "CONNECT from [203.0.113.1]:1234");
    CHECK(HandshakeFailed{client}.line(today) ==
          "TLS handshake failed for service=smtpd peer=[203.0.113.1]:1234");
}

TEST_CASE("what was said too early is shown with escapes, a hundred bytes of it", "[postscreen]") {
    CHECK(SpokeTooEarly{client, 10, milliseconds(320), "\x16\x03\x01\x02\"\\\ax\n\xff"}.line(today) ==
          "PREGREET 10 after 0.32 from [203.0.113.1]:1234: \\026\\003\\001\\002\"\\\\\\ax\\n\\377");
    const std::string much(150, 'x');
    CHECK(SpokeTooEarly{client, 150, milliseconds(320), much}.line(today) ==
          "PREGREET 150 after 0.32 from [203.0.113.1]:1234: " + much.substr(50));
}

TEST_CASE("tests and their results", "[postscreen]") {
    CHECK(BlockListRanked{5, client}.line(today) == "DNSBL rank 5 for [203.0.113.1]:1234");
    CHECK(HungUp{client, milliseconds(310), false}.line(today) ==
          "HANGUP after 0.31 from [203.0.113.1]:1234 in tests before SMTP handshake");
    CHECK(HungUp{client, seconds(12), true}.line(today) ==
          "HANGUP after 12 from [203.0.113.1]:1234 in tests after SMTP handshake");
    CHECK(ProtocolViolated{"COMMAND PIPELINING", client, "EHLO", "MAIL FROM:<a@b>\\r\\n"}.line(today) ==
          "COMMAND PIPELINING from [203.0.113.1]:1234 after EHLO: MAIL FROM:<a@b>\\r\\n");
    CHECK(ProtocolViolated{"COMMAND TIME LIMIT", client, "CONNECT", ""}.line(today) ==
          "COMMAND TIME LIMIT from [203.0.113.1]:1234 after CONNECT");
    CHECK(ContentUnwanted{"DATA", client}.line(today) ==
          "DATA without valid RCPT from [203.0.113.1]:1234");
    CHECK(RecipientScreened{client, "450 4.3.2 Service currently unavailable", "a@b.example", "",
                            "ESMTP", "x"}
              .line(today) == "NOQUEUE: reject: RCPT from [203.0.113.1]:1234: 450 4.3.2 Service "
                              "currently unavailable; from=<a@b.example>, to=<>, proto=ESMTP, helo=<x>");
}

TEST_CASE("stress, the cache and DNS lists", "[postscreen]") {
    CHECK(StressChanged{true, 9}.line(today) == "entering STRESS mode with 9 connections");
    CHECK(StressChanged{false, 7}.line(today) == "leaving STRESS mode with 7 connections");
    CHECK(CacheCleaned{"btree:/x", false, 8, 2}.line(today) ==
          "cache btree:/x full cleanup: retained=8 dropped=2 entries");
    CHECK(AddressListed{"203.0.113.1", "bl", "127.0.0.2"}.line(today) ==
          "addr 203.0.113.1 listed by domain bl as 127.0.0.2");
}

}  // namespace postern::report
