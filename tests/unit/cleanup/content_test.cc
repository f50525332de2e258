#include "cleanup/content.h"

#include "lib/table/registry.h"
#include "tests/unit/cleanup/lab.h"

#include <catch2/catch.hpp>

namespace postern::cleanup {

namespace {

using queue::RecordType;

// One message's content, from lines to records.
struct Case {
    explicit Case(const std::string& main_cf = "",
                  std::map<std::string, std::string, std::less<>> field_rules = {},
                  std::map<std::string, std::string, std::less<>> line_rules = {})
        : config(config_of(main_cf)),
          settings(config),
          registry(config, {}),
          rewrite(loop, "nowhere"),
          rules(*AddressRules::from(config, registry, rewrite, loop, log)),
          fields(field_rules.empty() ? nullptr
                                     : std::make_shared<FakeRules>(std::move(field_rules))),
          lines(line_rules.empty() ? nullptr : std::make_shared<FakeRules>(std::move(line_rules))),
          checks(checks_of(fields, lines)),
          file(*queue::QueueFileWriter::create(*spool, queue::noon)),
          header(settings, rules, reports.reporter, HeaderContext{"4CFB1", "a@b.example", "", queue::noon, false, true, false}),
          inspection(checks, reports.reporter, some_origin(), fate),
          content_file(file, settings, fate),
          content(settings, true, header, inspection, content_file, fate, reports.reporter) {}

    void feed(RecordType type, std::string_view text) {
        if (fate.is_settled()) return;
        content.take(type, text);
        if (content.has_work()) loop.run(content.settle());
    }
    /// `text`: lines, each with its "\n". What the file has then, in the same form.
    std::string through(std::string_view text) {
        const off_t start = file.position();
        while (!text.empty()) {
            const auto end = text.find('\n');
            feed(RecordType::line, text.substr(0, end));
            text.remove_prefix(end + 1);
        }
        if (!fate.is_settled()) content.finish();
        if (!fate.is_settled() && content.has_work()) loop.run(content.settle());
        content.refuse_faults();
        return written(start);
    }
    std::string written(off_t start) {
        auto bytes =
            file.read_back(start, static_cast<std::size_t>(file.position() - start));
        REQUIRE(bytes);
        queue::RecordParser parser(*bytes);
        std::string text;
        for (auto record = parser.next(); record && *record; record = parser.next()) {
            text += (*record)->data;
            if ((*record)->type == RecordType::line) text += '\n';
        }
        return text;
    }

    event::Loop loop;
    Reports reports;
    Log log = reports.lines.log();
    config::Config config;
    Settings settings;
    table::Registry registry;
    service::Client rewrite;
    AddressRules rules;
    std::shared_ptr<FakeRules> fields, lines;
    mail::ContentChecks checks;
    queue::ScratchSpool spool;
    queue::QueueFileWriter file;
    Fate fate;
    Header header;
    Inspection inspection;
    ContentFile content_file;
    Content content;
};

const std::string simple = "From: a@b.example\nSubject: hi\nMessage-Id: <x@y>\n\nbody\n";

}  // namespace

TEST_CASE("content passes as it is", "[cleanup]") {
    Case test;
    CHECK(test.through(simple) == simple);
    CHECK(test.content_file.size() == static_cast<std::int64_t>(simple.size()));
    CHECK(test.reports.lines.text() == "4CFB1: message-id=<x@y>\n");
}

TEST_CASE("row 2: a stray CR or LF becomes a space", "[cleanup]") {
    Case test;
    test.feed(RecordType::line, "Subject: a\rb");
    test.feed(RecordType::line, "");
    const off_t start = test.file.position();
    test.feed(RecordType::line, "x\ry\nz");
    CHECK(test.written(start) == "x y z\n");
    Case as_it_is("cleanup_replace_stray_cr_lf = no\n");
    as_it_is.feed(RecordType::line, "");
    const off_t begin = as_it_is.file.position();
    as_it_is.feed(RecordType::line, "x\ry");
    CHECK(as_it_is.written(begin) == "x\ry\n");
}

TEST_CASE("characters are stripped, and others refused", "[cleanup]") {
    Case test("message_strip_characters = \\002q\nmessage_reject_characters = \\001\n");
    CHECK(test.through("Subject: q\n\na\2bq\n") == "Subject: \n\nab\n");
    Case refused("message_reject_characters = \\001\n");
    refused.through("Subject: a\1b\n\nx\n");
    CHECK(refused.fate.reason() == "5.7.1 disallowed character");
    CHECK(refused.reports.lines.text() == "4CFB1: reject: content Subject: a?b" + from_there +
                                              ": 5.7.1 disallowed character\n");
}

TEST_CASE("a header that ends with a line of the body gets its empty line", "[cleanup]") {
    Case quietly;
    CHECK(quietly.through("Message-Id: <x@y>\nno header\nA: b\n") ==
          "Message-Id: <x@y>\n\nno header\nA: b\n");
    Case adds("non_empty_end_of_header_action = add_header\n");
    CHECK(adds.through("Message-Id: <x@y>\nno header\n") ==
          "Message-Id: <x@y>\nMIME-Error: message header was not terminated by empty line\n\n"
          "no header\n");
    Case rejects("non_empty_end_of_header_action = reject\n");
    rejects.through("Message-Id: <x@y>\nno header\n");
    CHECK(rejects.fate.status() == service::CleanupStatus::rejected);
}

TEST_CASE("a message without body or header stays one", "[cleanup]") {
    CHECK(Case().through("Message-Id: <x@y>\n") == "Message-Id: <x@y>\n");
    CHECK(Case().through("") == "");
    CHECK(Case().through("\nSubject: x\n") == "\nSubject: x\n");
}

TEST_CASE("row 16: of a long field the rest is dropped, pieces and folds included", "[cleanup]") {
    Case test("header_size_limit = 50\n");
    test.feed(RecordType::long_line, "X-Long: " + std::string(30, 'a'));
    test.feed(RecordType::long_line, std::string(30, 'b'));
    test.feed(RecordType::line, "c");
    test.feed(RecordType::line, " folded");
    const std::string after = test.through("X-After: z\n\nbody\n");
    CHECK(after == "X-Long: " + std::string(30, 'a') + std::string(12, 'b') +
                       "\nX-After: z\n\nbody\n");
}

TEST_CASE("row 16: a piece of a long body line stays one", "[cleanup]") {
    Case test;
    test.feed(RecordType::line, "");
    const off_t start = test.file.position();
    test.feed(RecordType::long_line, "aa");
    test.feed(RecordType::line, "bb");
    CHECK(test.written(start) == "aabb\n");
}

TEST_CASE("fields of all kinds and lines are inspected in their order", "[cleanup]") {
    Case test("", {{"A: b", "REPLACE C: d"}, {"I: n", "IGNORE"}, {"P: q", "PREPEND Z: z"}},
              {{"x", "REPLACE y"}, {"--q", "INFO"}});
    CHECK(test.through("A: b\nI: n\nP: q\nContent-Type: multipart/mixed; boundary=q\n\n--q\nA: b\n"
                       "\nx\n--q--\n") ==
          "C: d\nZ: z\nP: q\nContent-Type: multipart/mixed; boundary=q\n\n--q\nC: d\n\ny\n--q--\n");
}

TEST_CASE("body_checks_size_limit bounds what of each part is inspected", "[cleanup]") {
    Case test("body_checks_size_limit = 20\n", {}, {{"warn line", "INFO"}});
    test.through("A: b\n\nwarn line\nwarn line\nwarn line\n");
    CHECK(test.lines->lookups == 2);
    Case parts("body_checks_size_limit = 20\n", {}, {{"warn line", "INFO"}});
    parts.through("Content-Type: multipart/mixed; boundary=q\n\n--q\n\nwarn line\nwarn line\n"
                  "warn line\n--q\n\nwarn line\nwarn line\nwarn line\n--q--\n");
    CHECK(parts.reports.lines.text().find("info: body warn line") != std::string::npos);
}

TEST_CASE("strictness refuses 8-bit text and coded multiparts", "[cleanup]") {
    const struct {
        const char* main_cf;
        const char* text;
        const char* reason;
    } rows[] = {
        {"strict_7bit_headers = yes\n", "Subject: \xe9\n\nx\n",
         "5.6.0 improper use of 8-bit data in message header"},
        {"strict_8bitmime = yes\n", "Subject: x\n\n\xe9\n",
         "5.6.0 improper use of 8-bit data in message body"},
        {"strict_mime_encoding_domain = yes\n",
         "Content-Type: multipart/mixed; boundary=q\nContent-Transfer-Encoding: base64\n\nx\n",
         "5.6.0 invalid message/* or multipart/* encoding domain"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.main_cf);
        Case test(row.main_cf);
        test.through(row.text);
        CHECK(test.fate.reason() == row.reason);
        Case lenient;
        CHECK(lenient.through(row.text) == row.text);
    }
}

TEST_CASE("hopcount_limit counts Received fields", "[cleanup]") {
    Case test("hopcount_limit = 3\n");
    test.through("Received: a\nReceived: b\nReceived: c\n\nx\n");
    CHECK(test.fate.status() == service::CleanupStatus::too_many_hops);
    CHECK(test.reports.lines.text().find("warning: 4CFB1: message rejected: hopcount exceeded\n") !=
          std::string::npos);
    Case below("hopcount_limit = 3\n");
    below.through("Received: a\nReceived: b\n\nx\n");
    CHECK_FALSE(below.fate.is_settled());
}

TEST_CASE("message_size_limit bounds the content", "[cleanup]") {
    Case test("message_size_limit = 30\n");
    test.through(simple);
    CHECK(test.fate.status() == service::CleanupStatus::too_big);
}

TEST_CASE("dropped fields are inspected first, and count for nothing", "[cleanup]") {
    Case test("", {{"Bcc: x@y", "INFO"}});
    CHECK(test.through("Message-Id: <x@y>\nBcc: x@y\nReturn-Path: <a@b>\n\nx\n") ==
          "Message-Id: <x@y>\n\nx\n");
    CHECK(test.reports.lines.text().find("info: header Bcc: x@y") != std::string::npos);
}

TEST_CASE("blanks before the colon of a field go", "[cleanup]") {
    CHECK(Case().through("Message-Id: <x@y>\nX-Sp : v\n\nx\n") ==
          "Message-Id: <x@y>\nX-Sp: v\n\nx\n");
}

TEST_CASE("force_mime_input_conversion makes 8-bit parts quoted-printable", "[cleanup]") {
    Case test("force_mime_input_conversion = yes\n");
    CHECK(test.through("Message-Id: <x@y>\nContent-Transfer-Encoding: 8bit\n\n\xe9\n") ==
          "Message-Id: <x@y>\nContent-Transfer-Encoding: quoted-printable\n\n=E9\n");
}

TEST_CASE("row 16: ten thousand nested parts take linear time and are refused", "[cleanup]") {
    std::string text;
    for (int i = 0; i < 10000; ++i)
        text += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
                std::to_string(i) + "\n";
    Case test;
    test.through(text);
    CHECK(test.fate.reason() == "5.6.0 MIME nesting exceeds safety limit");
}

TEST_CASE("a header field asks for REQUIRETLS, or waives TLS, as far as main.cf lets it", "[cleanup]") {
    Case asks;
    asks.through("Require-TLS-ESMTP: Yes\nTLS-Required: no\n\n");
    CHECK(asks.header.requires_tls());
    CHECK(asks.header.waives_tls());
    Case neither;
    neither.through("Require-TLS-ESMTP: maybe\nTLS-Required: yes\n\nTLS-Required: no\n");
    CHECK_FALSE(neither.header.requires_tls());
    CHECK_FALSE(neither.header.waives_tls());
    Case off("requiretls_esmtp_header = no\ntls_required_enable = no\n");
    off.through("Require-TLS-ESMTP: yes\nTLS-Required: no\n\n");
    CHECK_FALSE(off.header.requires_tls());
    CHECK_FALSE(off.header.waives_tls());
    Case disabled("requiretls_enable = no\n");
    disabled.through("Require-TLS-ESMTP: yes\n\n");
    CHECK_FALSE(disabled.header.requires_tls());
}

TEST_CASE("a REQUIRETLS message gets its header field once", "[cleanup]") {
    Case test;
    HeaderContext context{"4CFB1", "a@b.example", "", queue::noon, false, true, false};
    context.requires_tls = true;
    Header bare(test.settings, test.rules, test.reports.reporter, context);
    bare.add("Message-Id: <x@y>");
    CHECK(*test.loop.run(bare.finish()) == "Message-Id: <x@y>\nRequire-TLS-ESMTP: yes");
    Header marked(test.settings, test.rules, test.reports.reporter, context);
    marked.add("Message-Id: <x@y>");
    marked.add("Require-TLS-ESMTP: yes");
    CHECK(*test.loop.run(marked.finish()) == "Message-Id: <x@y>\nRequire-TLS-ESMTP: yes");
}

}  // namespace postern::cleanup
