#include "bounce/notices.h"
#include "bounce/report.h"
#include "bounce/templates.h"
#include "lib/mail/verp.h"
#include "lib/queue/queue_file_writer.h"
#include "tests/unit/queue/scratch_spool.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace postern;
using namespace postern::bounce;

namespace {

queue::LogEntry entry(std::string recipient, std::uint8_t notify = 0) {
    queue::LogEntry made;
    made.recipient = std::move(recipient);
    made.notify.bits = notify;
    made.reason = "no such user";
    made.status = "5.1.1";
    return made;
}

bool has(const std::vector<std::string>& lines, std::string_view line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

}  // namespace

TEST_CASE("NOTIFY decides who is told of what", "[bounce]") {
    const std::vector<queue::LogEntry> all = {entry("default"), entry("never", 1), entry("success", 2),
                                              entry("failure", 4), entry("delay", 8)};
    const auto names = [&](service::ReportKind kind) {
        std::string text;
        for (const auto& each : wanted(all, kind)) text += each.recipient + " ";
        return text;
    };
    CHECK(names(service::ReportKind::bounce) == "default failure ");
    CHECK(names(service::ReportKind::delay) == "default delay ");
    CHECK(names(service::ReportKind::trace) == "success ");
    CHECK(names(service::ReportKind::verify) == "default never success failure delay ");
}

TEST_CASE("a VERP sender names the recipient", "[bounce]") {
    CHECK(mail::verp_sender("owner-list@a.example", "+=", "u@b.example") == "owner-list+u=b.example@a.example");
    CHECK(mail::verp_sender("owner-list@a.example", "+=", "u") == "owner-list+u@a.example");
}

TEST_CASE("a report has the fields of RFC 3464", "[bounce]") {
    const Templates templates;
    Report report(TemplateKind::failure, templates.of(TemplateKind::failure));
    report.to = report.sender = "me@a.example";
    report.queue_id = "ABC";
    report.myhostname = "mx.example";
    report.mail_name = "Postfix";
    auto failed = entry("u@b.example");
    failed.diag_type = "smtp";
    failed.diag_text = "550 no\r\nAction: delivered";
    failed.mta_type = "dns";
    failed.mta_name = "mx.b.example";
    failed.dsn_orcpt = "rfc822;o@b.example";
    report.entries = {failed};
    report.original.lines = {"Subject: x", "", "body"};
    const auto lines = lines_of(report);
    CHECK(lines[1] == "From: Mail Delivery System <MAILER-DAEMON>");
    for (const std::string_view line :
         {"Content-Type: multipart/report; report-type=delivery-status;", "Reporting-MTA: dns; mx.example",
          "X-Postfix-Queue-ID: ABC", "X-Postfix-Sender: rfc822; me@a.example",
          "Final-Recipient: rfc822; u@b.example", "Original-Recipient: rfc822;o@b.example", "Action: failed",
          "Status: 5.1.1", "Remote-MTA: dns; mx.b.example", "Content-Type: message/rfc822",
          "<u@b.example>: no such user", "body"})
        CHECK(has(lines, line));
    CHECK_FALSE(has(lines, "Action: delivered"));
}

TEST_CASE("a template file replaces what it has, and is refused with its line", "[bounce]") {
    const auto templates = Templates::parse(
        "# c\n\nfailure_template = <<END\nSubject: S\n\nText $myhostname\nEND\n", "f");
    REQUIRE(templates);
    CHECK(templates->of(TemplateKind::failure).subject == "S");
    CHECK(templates->of(TemplateKind::failure).text == "Text $myhostname\n");
    CHECK(templates->of(TemplateKind::delay).text == Templates().of(TemplateKind::delay).text);
    const auto open = Templates::parse("\ndelay_template = <<EOF\nx\n", "f");
    REQUIRE_FALSE(open);
    CHECK(open.error().text == "f, line 2: no line \"EOF\" that ends the template");
    CHECK_FALSE(Templates::parse("other_template = <<EOF\nx\nEOF\n", "f"));
    const auto again = Templates::parse(dump(Templates()), "f");
    REQUIRE(again);
    CHECK(dump(*again) == dump(Templates()));
}

TEST_CASE("texts know parameters, and times in units", "[bounce]") {
    auto config = config::Config::from_text("myhostname = mx.example\ndelay_warning_time = 4h\n");
    REQUIRE(config);
    Template words;
    words.text = "$myhostname $delay_warning_time_minutes $$\n";
    auto text = expand(words, *config);
    REQUIRE(text);
    CHECK(*text == "mx.example 240 $\n");
}

TEST_CASE("mail that requires TLS comes back as its header, unless that is turned off", "[bounce]") {
    queue::ScratchSpool spool;
    auto file = queue::QueueFileWriter::create(*spool, queue::noon);
    REQUIRE(file);
    REQUIRE(file->append_attribute("requiretls", "yes"));
    REQUIRE(file->append(queue::RecordType::content, {}));
    for (const std::string_view line : {"Subject: x", "", "body"})
        REQUIRE(file->append(queue::RecordType::line, line));
    REQUIRE(file->append(queue::RecordType::extracted, {}));
    REQUIRE(file->flush());
    const auto read = [&](bool redacts_tls) {
        return read_original(*spool, queue::Queue::incoming, file->id(), {1000, false, redacts_tls});
    };
    CHECK(read(true).requires_tls);
    CHECK(read(true).is_header_only);
    CHECK(read(true).lines == std::vector<std::string>{"Subject: x"});
    CHECK(read(false).requires_tls);
    CHECK(read(false).lines.size() == 3);
}
