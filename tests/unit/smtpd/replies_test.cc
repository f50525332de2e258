#include "smtpd/reply_editing.h"
#include "smtpd/template_value.h"
#include "smtpd/transcript.h"
#include "smtpd/xattributes.h"

#include <catch2/catch.hpp>

namespace postern::smtpd::test {

namespace {

config::Config config(const std::string& more = "") {
    return *config::Config::from_text("myhostname = mx.example\n" + more);
}

void say(Transcript& transcript, const Reply& reply) { transcript.said(reply, reply.wire()); }

}  // namespace

TEST_CASE("a footer begins a line of its own, or continues the text after \\c", "[smtpd]") {
    const Reply refusal = reply(550, "5.1.1", "no");
    CHECK(with_footer(refusal, "call us").wire() == "550-5.1.1 no\r\n550 5.1.1 call us\r\n");
    CHECK(with_footer(refusal, "\\c. Call us\\nor not").wire() ==
          "550-5.1.1 no. Call us\r\n550 5.1.1 or not\r\n");
}

TEST_CASE("a value in a template is no template itself", "[smtpd]") {
    CHECK(template_value("a$b", "ab$") == "a$$b");
    CHECK(template_value("a$b\x1b", "ab") == "a_b_");
}

TEST_CASE("a refusal belongs to the class of notices that its status names", "[smtpd]") {
    CHECK(notice_class(reply(250, "2.1.0", "Ok")) == "");
    CHECK(notice_class(reply(501, "5.5.4", "Syntax")) == "protocol");
    CHECK(notice_class(reply(501, "", "Syntax: HELO hostname")) == "protocol");
    CHECK(notice_class(reply(554, "5.7.1", "no")) == "policy");
    CHECK(notice_class(reply(452, "4.3.1", "full")) == "resource");
    CHECK(notice_class(reply(451, "4.3.5", "mistake")) == "software");
    CHECK(notice_class(reply(451, "4.3.0", "lookup")) == "data");
    CHECK(notice_class(reply(421, "4.4.2", "timeout")) == "");
}

TEST_CASE("a transcript has what was said, both ways", "[smtpd]") {
    const Settings settings(config("notify_classes = protocol\n"));
    Transcript transcript(settings);
    say(transcript, reply(220, "", "mx.example ESMTP"));
    transcript.heard("FOO\x1b");
    say(transcript, reply(500, "5.5.2", "Error: command not recognized"));
    transcript.abort("lost connection");
    CHECK(transcript.has_class("protocol"));
    CHECK_FALSE(transcript.has_class("policy"));
    CHECK(transcript.text() == "Transcript of session follows.\n\n Out: 220 mx.example ESMTP\n In:  FOO?\n"
                               " Out: 500 5.5.2 Error: command not recognized\n\n"
                               "Session aborted, reason: lost connection\n\n"
                               "For other details, see the local mail logfile\n");
}

TEST_CASE("row 41: a transcript shows no password", "[smtpd]") {
    const Settings settings(config("notify_classes = protocol\n"));
    Transcript transcript(settings);
    transcript.heard("auth plain c2VjcmV0");
    CHECK(transcript.text().find("c2VjcmV0") == std::string::npos);
    CHECK(transcript.text().find("In:  auth plain (not shown)") != std::string::npos);
}

TEST_CASE("row 7: a transcript is bounded, and none is kept where nobody wants one", "[smtpd]") {
    const Settings wanted(config("notify_classes = protocol\nsmtpd_history_flush_threshold = 10\n"));
    Transcript bounded(wanted);
    for (int i = 0; i < 100'000; ++i) bounded.heard("NOOP");
    CHECK(bounded.text().size() < 20'000);
    bounded.begin_anew();
    CHECK(bounded.text().find("NOOP") == std::string::npos);
    for (int i = 0; i < 10; ++i) bounded.heard("NOOP");
    bounded.begin_anew();
    CHECK(bounded.text().find("NOOP") != std::string::npos);
    const Settings unwanted(config("notify_classes =\n"));
    Transcript none(unwanted);
    none.heard("NOOP");
    say(none, reply(500, "5.5.2", "no"));
    CHECK_FALSE(none.has_class("protocol"));
}

TEST_CASE("row 31: attributes of XCLIENT are taken apart, or refused with what is wrong", "[smtpd]") {
    const auto parse = [](std::string_view text) { return parse_xattributes(text, "XCLIENT"); };
    const auto refusal = [&](std::string_view text) { return std::get<Reply>(parse(text)).one_line(); };
    const auto good = std::get<std::vector<XAttribute>>(parse("name=a+2Bb ADDR=[UNAVAILABLE] helo=x+0Ay"));
    REQUIRE(good.size() == 3);
    CHECK(good[0].name == "NAME");
    CHECK(good[0].value == "a+b");
    CHECK(good[1].state == XAttribute::State::unavailable);
    CHECK(good[2].value == "x?y");
    CHECK(refusal("") == "501 5.5.4 Syntax: XCLIENT attribute=value...");
    CHECK(refusal("NAME") == "501 5.5.4 Error: attribute=value expected");
    CHECK(refusal("NAME=") == "501 5.5.4 Error: attribute=value expected");
    CHECK(refusal("NAME=+zz") == "501 5.5.4 Bad NAME syntax: +zz");
    CHECK(refusal("NAME=+FF") == "501 5.5.4 Bad NAME syntax: +FF");
    CHECK(refusal("HELO=" + std::string(256, 'x')) == "501 5.5.4 Error: attribute value too long");
}

}  // namespace postern::smtpd::test
