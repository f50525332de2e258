#include "cleanup/inspection.h"

#include "tests/unit/cleanup/lab.h"

#include <catch2/catch.hpp>

namespace postern::cleanup {

namespace {

struct Case {
    explicit Case(std::map<std::string, std::string, std::less<>> rules)
        : fields(std::make_shared<FakeRules>(rules)),
          lines(std::make_shared<FakeRules>(std::move(rules))),
          checks(checks_of(fields, lines)),
          inspection(checks, reports.reporter, some_origin(), fate) {}

    Inspection::Outcome field(std::string text) {
        return loop.run(inspection.field(mail::HeaderPlace::primary, std::move(text)));
    }
    Inspection::Outcome line(std::string text) { return loop.run(inspection.line(std::move(text))); }

    event::Loop loop;
    Reports reports;
    Fate fate;
    std::shared_ptr<FakeRules> fields, lines;
    mail::ContentChecks checks;
    Inspection inspection;
};

}  // namespace

TEST_CASE("REJECT settles the message, with the rule's own code or 5.7.1", "[cleanup]") {
    const struct {
        const char* rule;
        const char* reason;
    } rows[] = {{"REJECT", "5.7.1 message content rejected"},
                {"REJECT go away", "5.7.1 go away"},
                {"REJECT 5.7.9 coded", "5.7.9 coded"},
                {"REJECT 4.7.9 later", "4.7.9 later"}};
    for (const auto& row : rows) {
        Case test({{"Subject: x", row.rule}});
        test.field("Subject: x");
        CHECK(test.fate.status() == service::CleanupStatus::rejected);
        CHECK(test.fate.reason() == row.reason);
        CHECK(test.reports.lines.text() ==
              "4CFB1: reject: header Subject: x" + from_there + ": " + row.reason + "\n");
    }
}

TEST_CASE("what rules log is worded as Postfix words it", "[cleanup]") {
    Case test({{"w", "WARN watch it"}, {"i", "INFO"}, {"h", "HOLD for now"},
               {"f", "FILTER smtp:x"}, {"b", "BCC z@x.example"}, {"r", "REDIRECT z@x.example"},
               {"s", "STRIP gone"}, {"p", "PASS"}});
    for (const char* text : {"w", "i", "h", "f", "b", "r", "s", "p", "w"})
        test.line(text);
    CHECK(test.reports.lines.text() ==
          "4CFB1: warning: body w" + from_there + ": watch it\n" +
          "4CFB1: info: body i" + from_there + "\n" +
          "4CFB1: hold: body h" + from_there + ": for now\n" +
          "4CFB1: filter: body f" + from_there + ": smtp:x\n" +
          "4CFB1: bcc: body b" + from_there + ": z@x.example\n" +
          "4CFB1: redirect: body r" + from_there + ": z@x.example\n" +
          "4CFB1: strip: body s" + from_there + ": gone\n" +
          "4CFB1: pass: body p" + from_there + "\n");
    const Requests& requests = test.inspection.requests();
    CHECK(requests.holds);
    CHECK(requests.content_filter == "smtp:x");
    CHECK(requests.redirect == "z@x.example");
    CHECK(requests.bcc == std::vector<std::string>{"z@x.example"});
    CHECK_FALSE(test.fate.is_settled());
}

TEST_CASE("a folded field is logged on one line, cut at 200 bytes", "[cleanup]") {
    const std::string field = "Subject: a\n b\n\tc " + std::string(300, 'x');
    Case test({{field, "INFO"}});
    test.field(field);
    CHECK(test.reports.lines.text() == "4CFB1: info: header Subject: a? b??c " +
                                           std::string(200 - 17, 'x') + from_there + "\n");
}

TEST_CASE("rules change what stands in the message", "[cleanup]") {
    Case test({{"X: i", "IGNORE"}, {"X: r", "REPLACE Y: z"}, {"X: p", "PREPEND W: v"}});
    CHECK_FALSE(test.field("X: i").text);
    CHECK(test.field("X: r").text == "Y: z");
    const auto prepended = test.field("X: p");
    CHECK(prepended.before == std::vector<std::string>{"W: v"});
    CHECK(prepended.text == "X: p");
    CHECK(test.field("X: other").text == "X: other");
}

TEST_CASE("a bad action is warned of, and the field taken", "[cleanup]") {
    Case test({{"X: b", "BOGUS"}});
    CHECK(test.field("X: b").text == "X: b");
    CHECK(test.reports.lines.text() == "warning: unknown command in header_checks map: BOGUS\n");
    CHECK_FALSE(test.fate.is_settled());
}

TEST_CASE("a table that is down keeps the message out for now", "[cleanup]") {
    Case test({{"X: b", "DOWN"}});
    test.field("X: b");
    CHECK(test.fate.status() == service::CleanupStatus::map_failed);
    CHECK(test.reports.lines.text() ==
          "warning: 4CFB1: header_checks map lookup problem -- message not accepted, try again "
          "later\n");
}

TEST_CASE("DISCARD settles the message as accepted and dropped", "[cleanup]") {
    Case test({{"X: b", "DISCARD"}});
    test.field("X: b");
    CHECK(test.fate.status() == service::CleanupStatus::discarded);
}

TEST_CASE("a MIME error says what and where, without protocol", "[cleanup]") {
    Reports reports;
    report_mime_error(reports.reporter, some_origin(), "MIME nesting exceeds safety limit",
                      "Content-Type: multipart/mixed");
    CHECK(reports.lines.text() ==
          "4CFB1: reject: mime-error MIME nesting exceeds safety limit: Content-Type: "
          "multipart/mixed from mail.example[192.0.2.1]; from=<a@b.example> to=<c@d.example>\n");
}

}  // namespace postern::cleanup
