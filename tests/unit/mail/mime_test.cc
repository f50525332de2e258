#include "lib/mail/content_type.h"
#include "lib/mail/downgrade.h"
#include "lib/mail/mime_reader.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

namespace {

// What a reader saw, a line for each event.
class Recorder final : public MimeReceiver {
public:
    void header(HeaderPlace place, std::string_view field) override {
        seen += std::string(1, "PMN"[static_cast<int>(place)]) + " " + std::string(field) + "\n";
    }
    void header_end(HeaderPlace, const ContentType& type, TransferEncoding) override {
        seen += "= " + type.type + "/" + type.subtype + "\n";
    }
    void body(std::string_view line, bool is_content) override {
        seen += (is_content ? "b " : "- ") + std::string(line) + "\n";
    }
    std::string seen;
};

template <class Reader>
void feed(Reader& reader, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        reader.line(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    reader.finish();
}

std::string events(std::string_view text, std::uint8_t* faults = nullptr, MimeLimits limits = {}) {
    Recorder recorder;
    MimeReader reader(recorder, limits);
    feed(reader, text);
    if (faults) *faults = reader.faults();
    return recorder.seen;
}

std::string downgraded(std::string_view text) {
    std::string result;
    Downgrader downgrader([&result](std::string_view line) { result.append(line).append("\n"); });
    feed(downgrader, text);
    return result;
}

}  // namespace

TEST_CASE("Content-Type is read with its parameters, comments and quotes", "[mail]") {
    const auto type = ContentType::parse("Multipart / (c) Mixed; a=b; Boundary=\"x;\\\"y\" ; c");
    CHECK(type.is("multipart", "mixed"));
    CHECK(type.parameter("boundary") == "x;\"y");
    CHECK(type.parameter("a") == "b");
    CHECK(ContentType::parse("").is("text", "plain"));
    CHECK(ContentType::parse("text").is("text", "plain"));
    CHECK(ContentType::parse("image/png; name=a.b").parameter("name") == "a.b");
}

TEST_CASE("transfer encodings are known in any case", "[mail]") {
    CHECK(parse_transfer_encoding(" BASE64 (c)") == TransferEncoding::base64);
    CHECK(parse_transfer_encoding("8bit") == TransferEncoding::eight_bit);
    CHECK(parse_transfer_encoding("x-uue") == TransferEncoding::unknown);
}

TEST_CASE("headers of parts and of attached messages are told apart", "[mail]") {
    CHECK(
        events(
            "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\nContent-Type: "
            "message/rfc822\n\nSubject: inner\n\ninner body\n--b\n\nplain\n--b--\nepilogue\n") ==
        "P Subject: s\nP Content-Type: multipart/mixed; boundary=b\n= multipart/mixed\n- \n- "
        "preamble\n"
        "- --b\nM Content-Type: message/rfc822\n= message/rfc822\n- \nN Subject: inner\n= "
        "text/plain\n- \n"
        "b inner body\n- --b\n= text/plain\n- \nb plain\n- --b--\n- epilogue\n");
}

TEST_CASE("an outer boundary ends inner parts, and a header that did not end", "[mail]") {
    CHECK(events("Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
                 "boundary=i\n"
                 "\n--i\n\nx\n--o\nContent-Type: text/html\n--o--\n") ==
          "P Content-Type: multipart/mixed; boundary=o\n= multipart/mixed\n- \n- --o\n"
          "M Content-Type: multipart/mixed; boundary=i\n= multipart/mixed\n- \n- --i\n= "
          "text/plain\n- \nb x\n"
          "- --o\nM Content-Type: text/html\n= text/html\n- --o--\n");
}

TEST_CASE("a header that a body line ends keeps that line", "[mail]") {
    CHECK(events("Subject: s\nbody\n") == "P Subject: s\n= text/plain\nb body\n");
    CHECK(events("Subject: s\n") == "P Subject: s\n= text/plain\n");
}

TEST_CASE("faults are reported", "[mail]") {
    std::uint8_t faults = 0;
    events("S: \xc3\xa9\n\n\xc3\xa9\n", &faults);
    CHECK(faults == (static_cast<int>(MimeFault::eight_bit_in_header) |
                     static_cast<int>(MimeFault::eight_bit_in_seven_bit)));
    events("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n",
           &faults);
    CHECK(faults == static_cast<int>(MimeFault::coded_composite));
    events(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; "
        "boundary=c\n\n--c\nContent-Type: multipart/mixed; boundary=d\n\n",
        &faults, {.nesting = 0});
    CHECK(faults == static_cast<int>(MimeFault::nested_too_deep));
}

TEST_CASE("a quoted-printable line is at most 76 bytes, and ends in no blank", "[mail]") {
    CHECK(quoted_printable("a=b\xc3\xa9 ") == "a=3Db=C3=A9=20");
    CHECK(quoted_printable(std::string(76, 'x')) == std::string(76, 'x'));
    CHECK(quoted_printable(std::string(77, 'x')) == std::string(75, 'x') + "=\nxx");
    CHECK(quoted_printable("").empty());
}

TEST_CASE("8-bit parts become quoted-printable, others stay", "[mail]") {
    CHECK(downgraded("Subject: s\nContent-Transfer-Encoding: 8bit\nX: y\n\n\xc3\xa9\n") ==
          "Subject: s\nX: y\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A9\n");
    CHECK(downgraded(
              "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 8bit\n\n--b\n"
              "Content-Transfer-Encoding: 8bit\n\n\xc3\xa9=\n--b\n\na=b\n--b--\n") ==
          "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 7bit\n\n--b\n"
          "Content-Transfer-Encoding: quoted-printable\n\n=C3=A9=3D\n--b\n\na=b\n--b--\n");
    CHECK(downgraded("Content-Transfer-Encoding: base64\n\nYQ==\n") ==
          "Content-Transfer-Encoding: base64\n\nYQ==\n");
}

TEST_CASE("a piece of a long line is no boundary, and part of the field that it is of", "[mail]") {
    Recorder recorder;
    MimeReader reader(recorder, {});
    reader.line("Subject: a");
    reader.piece("bc");
    reader.line("Content-Type: multipart/mixed; boundary=q");
    reader.line("");
    reader.line("long");
    reader.piece("--q");
    reader.line("--q--");
    reader.finish();
    CHECK(recorder.seen ==
          "P Subject: abc\nP Content-Type: multipart/mixed; boundary=q\n= multipart/mixed\n- \n"
          "- long\n- --q\n- --q--\n");
}

TEST_CASE("a fault names the text in which it was seen first", "[mail]") {
    Recorder recorder;
    MimeReader reader(recorder, {});
    feed(reader, "Subject: \xe9\n\nplain\nb\xe9\nagain \xe9\n");
    CHECK(reader.faults() == (static_cast<int>(MimeFault::eight_bit_in_header) |
                              static_cast<int>(MimeFault::eight_bit_in_seven_bit)));
    CHECK(reader.fault_text() == "b\xe9");
}

TEST_CASE("multiparts nested too deep are a fault, not a cost", "[mail]") {
    std::string text;
    for (int i = 0; i < 10000; ++i)
        text += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
                std::to_string(i) + "\n";
    Recorder recorder;
    MimeLimits limits;
    limits.nesting = 3;
    MimeReader reader(recorder, limits);
    feed(reader, text);
    CHECK((reader.faults() & static_cast<int>(MimeFault::nested_too_deep)) != 0);
    CHECK(reader.fault_text() == "Content-Type: multipart/mixed; boundary=b5");
}
