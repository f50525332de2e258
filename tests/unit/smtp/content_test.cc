#include "lib/table/registry.h"
#include "tests/unit/smtp/lab.h"

namespace postern::smtp::test {

namespace {

std::string wire(std::size_t limit, bool replaces_stray, const std::vector<std::string>& pieces) {
    WireLines lines(limit, replaces_stray);
    std::string out;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        lines.add(out, pieces[i], i + 1 == pieces.size());
    return out;
}

}  // namespace

TEST_CASE("a leading dot is doubled, once a line", "[smtp]") {
    CHECK(wire(998, true, {"."}) == "..\r\n");
    CHECK(wire(998, true, {".a"}) == "..a\r\n");
    CHECK(wire(998, true, {"a", ".b"}) == "a.b\r\n");
    CHECK(wire(998, true, {""}) == "\r\n");
}

TEST_CASE("row 2: a stray CR or LF never ends a line", "[smtp]") {
    CHECK(wire(998, true, {"a\r.\rb\n.\nc\r"}) == "a . b . c \r\n");
    CHECK(wire(998, false, {"a\rb"}) == "a\rb\r\n");
}

TEST_CASE("a line above smtp_line_length_limit is broken by CR LF SPACE", "[smtp]") {
    CHECK(wire(4, true, {"abcdefgh"}) == "abcd\r\n efg\r\n h\r\n");
    CHECK(wire(4, true, {"abcd"}) == "abcd\r\n");
    CHECK(wire(4, true, {"ab", "cd", "ef"}) == "abcd\r\n ef\r\n");
    CHECK(wire(0, true, {std::string(5000, 'x')}) == std::string(5000, 'x') + "\r\n");
}

TEST_CASE("content arrives whole, whatever its size, and ends in CR LF dot CR LF", "[smtp]") {
    std::string content = "Subject: x\n\n", expected = "Subject: x\r\n\r\n";
    for (int i = 0; i < 20000; ++i) {
        content += ".line " + std::to_string(i) + "\n";
        expected += "..line " + std::to_string(i) + "\r\n";
    }
    Lab lab;
    FakeServer server(lab.loop);
    lab.deliver(lab.request(at(server), {"user@remote.example"}, content));
    REQUIRE(server.mails.size() == 1);
    CHECK((server.mails[0] == expected + ".\r\n"));
}

TEST_CASE("a last line without its end gets one", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.deliver(lab.request(at(server), {"user@remote.example"}, "Subject: x\n\nno end"));
    REQUIRE(server.mails.size() == 1);
    CHECK(server.mails[0] == "Subject: x\r\n\r\nno end\r\n.\r\n");
}

TEST_CASE("8bit content becomes quoted-printable for a server without 8BITMIME", "[smtp]") {
    const std::string content = "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; "
                                "charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n.caf\xc3\xa9\n";
    for (const bool has_8bitmime : {true, false}) {
        Lab lab;
        FakeServer server(lab.loop);
        if (!has_8bitmime) server.replies["EHLO"] = "250-fake.example\r\n250 PIPELINING";
        auto request = lab.request(at(server), {"user@remote.example"}, content);
        request.encoding = "8bit";
        lab.deliver(request);
        REQUIRE(server.mails.size() == 1);
        const bool is_coded = server.mails[0].find("caf=C3=A9") != std::string::npos;
        CHECK(is_coded == !has_8bitmime);
        CHECK((server.mails[0].find("quoted-printable") != std::string::npos) == !has_8bitmime);
        CHECK(server.mails[0].find("\r\n..caf") != std::string::npos);
    }
}

TEST_CASE("flags=DOR put header lines before the message, and D knows a loop", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.flags = *parse_flags({"flags=DOR"});
    auto request = lab.request(at(server), {"user@remote.example"});
    request.recipients[0].original = "alias@example";
    lab.deliver(request);
    REQUIRE(server.mails.size() == 1);
    INFO(server.mails[0]);
    CHECK(server.mails[0].starts_with("Return-Path: <sender@example>\r\nX-Original-To: "
                                      "alias@example\r\nDelivered-To: user@remote.example\r\n"
                                      "Subject: x\r\n"));
    request = lab.request(at(server), {"user@remote.example"},
                          "Subject: x\nDelivered-To: User@remote.example\n\nhello\n");
    CHECK(lab.deliver(request).results[0].status == "5.4.6");
    CHECK_FALSE(parse_flags({"flags=Q"}));
    CHECK_FALSE(parse_flags({"verbose"}));
}

TEST_CASE("smtp_generic_maps changes envelope and header addresses", "[smtp]") {
    Lab lab("recipient_delimiter = +\npropagate_unmatched_extensions = generic\n");
    FakeServer server(lab.loop);
    auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    lab.tables.generic = *registry.open_maps(
        "smtp_generic_maps", "inline:{sender@example=me@isp.example, @home.example=@isp.example}");
    auto request = lab.request(at(server), {"x@home.example"},
                               "From: Me <sender+list@example>\nTo: x@home.example\nSubject: "
                               "sender@example\n\nsender@example\n");
    request.sender = "sender+list@example";
    CHECK(lab.deliver(request).results[0].outcome == Outcome::delivered);
    CHECK(server.commands[1].starts_with("MAIL FROM:<me+list@isp.example>"));
    CHECK(server.commands[2].starts_with("RCPT TO:<x@isp.example>"));
    REQUIRE(server.mails.size() == 1);
    CHECK(server.mails[0] == "From: Me <me+list@isp.example>\r\nTo: x@isp.example\r\nSubject: "
                             "sender@example\r\n\r\nsender@example\r\n.\r\n");
}

namespace {

/// What arrives of a message that the rules have seen.
std::string through(Lab& lab, const std::map<std::string, std::string>& rules, const std::string& content) {
    FakeServer server(lab.loop);
    auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    lab.tables.checks = mail::ContentChecks::open("smtp_", [&](const std::string& name) {
        const auto found = rules.find(name);
        return found == rules.end() ? table::Maps() : *registry.open_maps(name, found->second);
    });
    lab.deliver(lab.request(at(server), {"x@remote.example"}, content));
    return server.mails.empty() ? "" : server.mails[0];
}

const std::string nested_message =
    "Subject: secret\nX-Old: 1\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nhello\nbad line\n--b\nContent-Type: message/rfc822\n\n"
    "Subject: inner\n\ninside\n--b--\n";

}  // namespace

TEST_CASE("smtp_header_checks and its like change fields, each in its place, and lines", "[smtp]") {
    Lab lab;
    CHECK(through(lab,
                  {{"smtp_header_checks", "regexp:{{/^Subject:/ REPLACE Subject: public}, {/^X-Old:/ IGNORE}}"},
                   {"smtp_mime_header_checks", "regexp:{{/^Content-Type: text/ PREPEND X-Part: 1}}"},
                   {"smtp_nested_header_checks", "regexp:{{/^Subject:/ STRIP gone}}"},
                   {"smtp_body_checks", "regexp:{{/^bad/ REPLACE good line}}"}},
                  nested_message) ==
          "Subject: public\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
          "--b\r\nX-Part: 1\r\nContent-Type: text/plain\r\n\r\nhello\r\ngood line\r\n--b\r\n"
          "Content-Type: message/rfc822\r\n\r\n\r\ninside\r\n--b--\r\n.\r\n");
    CHECK(lab.has_logged(": replace: header Subject: secret: Subject: public"));
    CHECK(lab.has_logged(": prepend: header Content-Type: text/plain: X-Part: 1"));
    CHECK(lab.has_logged(": strip: header Subject: inner: gone"));
    CHECK(lab.has_logged(": replace: body bad line: good line"));
}

TEST_CASE("rules on outgoing mail cannot say where it goes, and a table that is down defers it", "[smtp]") {
    Lab lab;
    CHECK(through(lab, {{"smtp_header_checks", "regexp:{{/^Subject:/ REJECT no}}"}}, "Subject: x\n\ny\n") ==
          "Subject: x\r\n\r\ny\r\n.\r\n");
    CHECK(lab.has_logged("unsupported command in smtp_header_checks map: REJECT no"));
    CHECK(through(lab, {{"smtp_header_checks", "fail:down"}}, "Subject: x\n\ny\n").empty());
    CHECK(lab.has_logged("status=deferred"));
}

TEST_CASE("smtp_body_checks sees so much of each part", "[smtp]") {
    Lab lab("body_checks_size_limit = 11\n");
    CHECK(through(lab, {{"smtp_body_checks", "regexp:{{/^bad/ IGNORE}}"}}, "A: b\n\nbad 1\nok\nbad 2\nbad 3\n") ==
          "A: b\r\n\r\nok\r\nbad 3\r\n.\r\n");
}

}  // namespace postern::smtp::test
