#include "tests/unit/smtp/lab.h"

namespace postern::smtp::test {

TEST_CASE("mail is delivered only with the final reply, and logged with it", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    const auto result = lab.deliver_one(at(server));
    CHECK(result.outcome == Outcome::delivered);
    CHECK(result.status == "2.0.0");
    CHECK(result.reason == "250 2.0.0 Ok: queued");
    CHECK(result.relay == where + ":" + std::to_string(server.port()));
    REQUIRE(server.mails.size() == 1);
    CHECK(server.mails[0] == "Subject: x\r\n\r\nhello\r\n.\r\n");
    CHECK(server.commands ==
          std::vector<std::string>{"EHLO mail.example", "MAIL FROM:<sender@example> SIZE=18",
                                   "RCPT TO:<user@remote.example>", "DATA"});
    CHECK(lab.has_logged("status=sent (250 2.0.0 Ok: queued)"));
}

TEST_CASE("each stage has its text when the server refuses, and the kind of its code", "[smtp]") {
    struct Case {
        const char* verb;
        const char* reply;
        Outcome outcome;
        const char* status;
        std::string text;
    };
    const std::string said = "host " + where + " said: ";
    const std::string refused = "host " + where + " refused to talk to me: ";
    const Case cases[] = {
        {"CONNECT", "554 5.7.1 no", Outcome::deferred, "4.7.1", refused + "554 5.7.1 no"},
        {"CONNECT", "421 4.3.2 later", Outcome::deferred, "4.3.2", refused + "421 4.3.2 later"},
        {"MAIL", "550 5.7.1 no", Outcome::bounced, "5.7.1",
         said + "550 5.7.1 no (in reply to MAIL FROM command)"},
        {"MAIL", "451 busy", Outcome::deferred, "4.0.0",
         said + "451 busy (in reply to MAIL FROM command)"},
        {"RCPT", "550-5.1.1 no such\r\n550 5.1.1 user", Outcome::bounced, "5.1.1",
         said + "550-5.1.1 no such 550 5.1.1 user (in reply to RCPT TO command)"},
        {"RCPT", "450 4.2.0 greylisted", Outcome::deferred, "4.2.0",
         said + "450 4.2.0 greylisted (in reply to RCPT TO command)"},
        {"RCPT", "552 too many recipients", Outcome::bounced, "5.0.0",
         said + "552 too many recipients (in reply to RCPT TO command)"},
        {"DATA", "554 5.5.1 no", Outcome::bounced, "5.5.1",
         said + "554 5.5.1 no (in reply to DATA command)"},
        {".", "554 5.6.0 spam", Outcome::bounced, "5.6.0",
         said + "554 5.6.0 spam (in reply to end of DATA command)"},
        {".", "451 4.3.0 disk", Outcome::deferred, "4.3.0",
         said + "451 4.3.0 disk (in reply to end of DATA command)"},
        {"RCPT", "550 4.1.1 confused", Outcome::bounced, "5.0.0",
         said + "550 4.1.1 confused (in reply to RCPT TO command)"},
    };
    for (const bool has_pipelining : {true, false})
        for (const Case& one : cases) {
            Lab lab;
            FakeServer server(lab.loop);
            if (!has_pipelining) server.replies["EHLO"] = "250 fake.example";
            server.replies[one.verb] = one.reply;
            const auto result = lab.deliver_one(at(server));
            INFO(one.verb << " " << one.reply);
            CHECK(result.outcome == one.outcome);
            CHECK(result.status == one.status);
            CHECK(result.reason == one.text);
        }
}

TEST_CASE("row 9: a server that vanishes leaves the mail with us, whatever the stage", "[smtp]") {
    struct Case {
        const char* verb;
        const char* doing;
    };
    const Case cases[] = {
        {"CONNECT", "receiving the initial server greeting"},
        {"EHLO", "performing the EHLO handshake"},
        {"MAIL", "sending MAIL FROM"},
        {"RCPT", "sending RCPT TO"},
        {"DATA", "sending DATA command"},
        {".", "sending end of data -- message may be sent more than once"},
    };
    for (const Case& one : cases) {
        Lab lab;
        FakeServer server(lab.loop);
        server.replies["EHLO"] = "250 fake.example";
        server.replies[one.verb] = "CLOSE";
        const auto result = lab.deliver_one(at(server));
        CHECK(result.outcome == Outcome::deferred);
        CHECK(result.status == "4.4.2");
        CHECK(result.reason == "lost connection with " + where + " while " + one.doing);
    }
}

TEST_CASE("row 8: a server that says nothing is given up after the time of the stage", "[smtp]") {
    struct Case {
        const char* verb;
        const char* parameter;
        const char* doing;
    };
    const Case cases[] = {
        {"CONNECT", "smtp_helo_timeout", "receiving the initial server greeting"},
        {"MAIL", "smtp_mail_timeout", "sending MAIL FROM"},
        {".", "smtp_data_done_timeout",
         "sending end of data -- message may be sent more than once"},
    };
    for (const Case& one : cases) {
        Lab lab(std::string(one.parameter) + " = 1s\n");
        FakeServer server(lab.loop);
        server.replies["EHLO"] = "250 fake.example";
        server.replies[one.verb] = "";
        const auto result = lab.deliver_one(at(server));
        CHECK(result.outcome == Outcome::deferred);
        CHECK(result.reason == "conversation with " + where + " timed out while " + one.doing);
    }
}

TEST_CASE("row 7: an endless reply and an endless reply line end the session", "[smtp]") {
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "250-more\r\n";
    const std::pair<std::string, std::string> cases[] = {
        {std::string(2'000'000, '2'), " sent a reply line that is too long"}, {lines + "250 end", " sent an endless reply"}};
    for (const auto& [reply, text] : cases) {
        Lab lab;
        FakeServer server(lab.loop);
        server.replies["EHLO"] = reply;
        CHECK(lab.deliver_one(at(server)).reason == "Protocol error: host " + where + text);
    }
}

TEST_CASE("a long line of a reply is cut, and what is no reply becomes part of the next", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    for (const std::size_t size : {3000, 100000}) {
        server.replies["RCPT"] = "550 5.1.1 " + std::string(size, 'x');
        const auto result = lab.deliver_one(at(server));
        CHECK(result.outcome == Outcome::bounced);
        CHECK(result.reason.size() < 2200);
    }
    CHECK(lab.has_logged("response longer than 2048: 550 5.1.1 xxxxxxxxxxxxxxxxxxxx..."));
    server.replies["RCPT"] = "what?\r\n550 5.1.1 no";
    CHECK(lab.deliver_one(at(server)).reason ==
          "host " + where + " said: what? 550 5.1.1 no (in reply to RCPT TO command)");
    CHECK(lab.has_logged(": non-ESMTP response from " + where));
}

TEST_CASE("a server that is busy with EHLO is asked with HELO; an answer that fits nowhere is a protocol error", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "451 busy";
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    server.replies["DATA"] = "250 what?";
    const auto result = lab.deliver_one(at(server));
    CHECK(result.status == "5.5.0");
    CHECK(result.reason == "Protocol error: host " + where + " said: 250 what? (in reply to DATA command)");
}

TEST_CASE("recipients are settled one by one; the others get the mail", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["RCPT TO:<b@remote.example>"] = "550 5.1.1 unknown";
    server.replies["RCPT TO:<c@remote.example>"] = "450 4.2.1 later";
    const auto reply =
        lab.deliver(at(server), {"a@remote.example", "b@remote.example", "c@remote.example"});
    CHECK(reply.results[0].outcome == Outcome::delivered);
    CHECK(reply.results[1].outcome == Outcome::bounced);
    CHECK(reply.results[2].outcome == Outcome::deferred);
    CHECK(reply.dead_reason.empty());
    CHECK(server.mails.size() == 1);
}

TEST_CASE("with pipelining, a refused sender or no recipient at all sends no content", "[smtp]") {
    for (const char* verb : {"MAIL", "RCPT"}) {
        Lab lab;
        FakeServer server(lab.loop);
        server.replies[verb] = "550 5.7.1 no";
        CHECK(lab.deliver_one(at(server)).outcome == Outcome::bounced);
        // DATA was sent with the group and accepted: it is ended without a line.
        REQUIRE(server.mails.size() == 1);
        CHECK(server.mails[0] == ".\r\n");
    }
}

TEST_CASE("one write carries MAIL, RCPT and DATA, one the message", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    std::vector<std::string> many;
    for (int i = 0; i < 250; ++i) many.push_back("user" + std::to_string(i) + "@remote.example");
    const auto reply = lab.deliver(at(server), many);
    for (const auto& result : reply.results) CHECK(result.outcome == Outcome::delivered);
    CHECK(server.count("RCPT") == 250);
    CHECK(server.mails.size() == 1);
}

TEST_CASE("a server without EHLO gets HELO, and no parameters", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "502 5.5.1 what?";
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    CHECK(server.count("HELO mail.example") == 1);
    CHECK(server.count("MAIL FROM:<sender@example>") == 1);
    CHECK(server.commands[2] == "MAIL FROM:<sender@example>");
}

TEST_CASE("smtp_never_send_ehlo and smtp_always_send_ehlo decide on the greeting", "[smtp]") {
    Lab never("smtp_never_send_ehlo = yes\n");
    FakeServer first(never.loop);
    never.deliver_one(at(first));
    CHECK(first.count("EHLO") == 0);
    Lab as_greeted("smtp_always_send_ehlo = no\n");
    FakeServer plain(as_greeted.loop), extended(as_greeted.loop);
    plain.replies["CONNECT"] = "220 fake.example SMTP";
    as_greeted.deliver_one(at(plain));
    as_greeted.deliver_one(at(extended));
    CHECK(plain.count("EHLO") == 0);
    CHECK(extended.count("EHLO") == 1);
}

TEST_CASE("extensions are used as they are announced", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    auto request = lab.request(at(server), {"user@remote.example"});
    request.encoding = "8bit";
    request.dsn_envid = "id+1";
    request.dsn_ret = 2;
    request.recipients[0].notify = 6;
    request.recipients[0].dsn_orcpt = "rfc822;orig@example";
    lab.deliver(request);
    CHECK(server.commands[1] ==
          "MAIL FROM:<sender@example> SIZE=18 BODY=8BITMIME RET=HDRS ENVID=id+2B1");
    CHECK(server.commands[2] ==
          "RCPT TO:<user@remote.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;orig@example");
}

TEST_CASE("keywords of smtp_discard_ehlo_keywords count as not announced", "[smtp]") {
    Lab lab("smtp_discard_ehlo_keywords = SIZE, dsn\n");
    FakeServer server(lab.loop);
    lab.deliver_one(at(server));
    CHECK(server.commands[1] == "MAIL FROM:<sender@example>");
}

TEST_CASE("a message above the server's size, or one that needs SMTPUTF8, is not begun", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "250-fake.example\r\n250 SIZE 10";
    const auto large = lab.deliver_one(at(server));
    CHECK(large.outcome == Outcome::bounced);
    CHECK(large.status == "5.3.4");
    CHECK(large.reason == "message size 18 exceeds size limit 10 of server " + where);
    auto request = lab.request(at(server), {"user@remote.example"});
    request.is_smtputf8 = request.has_utf8 = true;
    const auto utf8 = lab.deliver(request).results[0];
    CHECK(utf8.status == "5.6.7");
    CHECK(utf8.reason == "SMTPUTF8 is required, but was not offered by host " + where);
    CHECK(server.count("MAIL") == 0);
}

TEST_CASE("row 32: SMTPUTF8 that nothing needs is not insisted on", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "250 fake.example";
    auto request = lab.request(at(server), {"user@remote.example"});
    request.is_smtputf8 = true;
    CHECK(lab.deliver(request).results[0].outcome == Outcome::delivered);
    request.recipients[0].address = "b\xc3\xbc@remote.example";
    CHECK(lab.deliver(request).results[0].status == "5.6.7");
}

TEST_CASE("row 17: an address with a line end never reaches the wire", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    auto request = lab.request(at(server), {"user@remote.example"});
    request.recipients[0].address = "a\r\nDATA\r\n@remote.example";
    CHECK(lab.deliver(request).results[0].status == "5.1.3");
    CHECK(server.mails.empty());
    request = lab.request(at(server), {"user@remote.example"});
    request.sender = "a\n@example";
    CHECK(lab.deliver(request).results[0].outcome == Outcome::bounced);
    CHECK(server.mails.empty());
}

TEST_CASE("local parts are quoted as smtp_quote_rfc821_envelope says", "[smtp]") {
    for (const bool quotes : {true, false}) {
        Lab lab(quotes ? "" : "smtp_quote_rfc821_envelope = no\n");
        FakeServer server(lab.loop);
        lab.deliver(at(server), {"john doe@remote.example"});
        CHECK(server.commands[2] == (quotes ? "RCPT TO:<\"john doe\"@remote.example>"
                                            : "RCPT TO:<john doe@remote.example>"));
    }
}

TEST_CASE("a probe asks and delivers nothing", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["RCPT TO:<b@remote.example>"] = "550 5.1.1 unknown";
    auto request = lab.request(at(server), {"a@remote.example", "b@remote.example"});
    request.for_verification = true;
    const auto reply = lab.deliver(request);
    CHECK(reply.results[0].outcome == Outcome::delivered);
    CHECK(reply.results[1].outcome == Outcome::bounced);
    CHECK(server.count("DATA") == 0);
    CHECK(server.mails.empty());
    CHECK(lab.has_logged("status=deliverable (250 2.1.5 Ok)"));
    CHECK(lab.has_logged("status=undeliverable"));
}

TEST_CASE("XFORWARD tells what the server wants to know", "[smtp]") {
    Lab lab("smtp_send_xforward_command = yes\n");
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "250-fake.example\r\n250 XFORWARD NAME ADDR PROTO HELO SOURCE";
    auto request = lab.request(at(server), {"user@remote.example"});
    request.rewrite_context = "remote";
    request.attributes = {{"log_client_name", "client.example"},
                          {"log_client_address", "2001:db8::1"},
                          {"log_helo_name", "we ird"}};
    lab.deliver(request);
    CHECK(server.commands[1] == "XFORWARD NAME=client.example ADDR=IPv6:2001:db8::1");
    CHECK(server.commands[2] == "XFORWARD PROTO=[UNAVAILABLE] HELO=we+20ird SOURCE=REMOTE");
}

TEST_CASE("a greeting masked by a PIX firewall means HELO, and for older mail a late dot", "[smtp]") {
    Lab lab("smtp_pix_workaround_delay_time = 1s\n");
    FakeServer server(lab.loop);
    server.replies["CONNECT"] = "220 ****************0**2*";
    auto request = lab.request(at(server), {"x@remote.example"});
    SECTION("new mail") {
        CHECK(lab.deliver(request).results[0].outcome == Outcome::delivered);
        CHECK(lab.has_logged("enabling PIX workarounds: disable_esmtp for " + where));
    }
    SECTION("mail that has waited") {
        request.arrival -= seconds(501);
        const auto began = lab.loop.now();
        CHECK(lab.deliver(request).results[0].outcome == Outcome::delivered);
        CHECK(lab.loop.now() - began >= seconds(1));
        CHECK(server.mails.at(0).ends_with("hello\r\n.\r\n"));
        CHECK(lab.has_logged("enabling PIX workarounds: disable_esmtp delay_dotcrlf for " + where));
    }
    CHECK(server.commands.at(0) == "HELO mail.example");
}

TEST_CASE("smtp_pix_workaround_maps and an empty list decide on the workarounds of a server", "[smtp]") {
    const bool is_listed = GENERATE(true, false);
    Lab lab(is_listed ? "" : "smtp_pix_workarounds =\n");
    FakeServer server(lab.loop);
    server.replies["CONNECT"] = "220 ********";
    auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    if (is_listed)
        lab.tables.pix_workarounds =
            *registry.open_maps("smtp_pix_workaround_maps", "inline:{{127.0.0.1=delay_dotcrlf}}");
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    CHECK(server.commands.at(0) == "EHLO mail.example");
}

TEST_CASE("the dialogue with servers of debug_peer_list is in the log", "[smtp]") {
    const bool is_listed = GENERATE(true, false);
    Lab lab;
    FakeServer server(lab.loop);
    auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    lab.tables.debug_peers =
        *table::HostList::open("debug_peer_list", is_listed ? "127.0.0.0/8" : "192.0.2.1", false, registry);
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    CHECK(lab.has_logged("> " + where + ":" + std::to_string(server.port()) + ": EHLO mail.example") == is_listed);
    CHECK(lab.has_logged(": 250 2.0.0 Ok: queued") == is_listed);
}

}  // namespace postern::smtp::test
