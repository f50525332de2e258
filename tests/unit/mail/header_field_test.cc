#include "lib/mail/header_field.h"

#include "lib/mail/header_names.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

TEST_CASE("a field is a name of printable ASCII and a colon", "[mail]") {
    CHECK(begins_field("To: x"));
    CHECK(begins_field("X-\"odd\"/name:"));
    CHECK(begins_field("To : x"));
    CHECK_FALSE(begins_field("From joe Mon Jan  1"));
    CHECK_FALSE(begins_field(": x"));
    CHECK_FALSE(begins_field("two words: x"));
    CHECK_FALSE(begins_field("na\xc3\xafve: x"));
    CHECK_FALSE(begins_field(""));
}

TEST_CASE("a field splits into name and value", "[mail]") {
    const auto field = parse_field("Subject :\t one\n two");
    REQUIRE(field);
    CHECK(field->name == "Subject");
    CHECK(field->value == "one\n two");
    CHECK(unfolded(field->value) == "one two");
    CHECK_FALSE(parse_field("no field"));
}

TEST_CASE("the header is read field by field, to the empty line", "[mail]") {
    HeaderReader reader;
    CHECK_FALSE(reader.add("To: a,").field);
    CHECK_FALSE(reader.add("\tb").field);
    const auto second = reader.add("Subject: x");
    CHECK(second.field == "To: a,\n\tb");
    CHECK_FALSE(second.ended);
    const auto end = reader.add("");
    CHECK(end.field == "Subject: x");
    CHECK(end.ended);
    CHECK_FALSE(reader.finish());
}

TEST_CASE("a line that is no field ends the header, and so does a fold without field", "[mail]") {
    HeaderReader reader;
    CHECK(reader.add("hello there").ended);
    CHECK(HeaderReader().add(" folded").ended);
}

TEST_CASE("a field above the limit is cut", "[mail]") {
    HeaderReader reader(10);
    CHECK_FALSE(reader.add("To: abcdef").field);
    CHECK_FALSE(reader.was_cut());
    CHECK_FALSE(reader.add(" ghi").field);
    CHECK(reader.was_cut());
    CHECK(reader.finish() == "To: abcdef");
}

TEST_CASE("long fields fold at blanks", "[mail]") {
    CHECK(folded_field("Subject", "short") == "Subject: short");
    CHECK(folded_field("S", "aaa bbb ccc", 8) == "S: aaa\n bbb ccc");
    CHECK(folded_field("S", "aaaaaaaaaaaa bbb", 8) == "S: aaaaaaaaaaaa\n bbb");
}

TEST_CASE("known fields are found in any case", "[mail]") {
    CHECK(header_info("RESENT-to").id == HeaderId::resent_to);
    CHECK(header_info("resent-to").is_extracted);
    CHECK(header_info("mime-version").id == HeaderId::mime_version);
    CHECK(header_info("message-ID").id == HeaderId::message_id);
    CHECK(header_info("Apparently-To").has_recipient);
    CHECK(header_info("To").id == HeaderId::to);
    CHECK(header_info("From").has_sender);
    CHECK(header_info("X-To").id == HeaderId::other);
    CHECK(header_info("").id == HeaderId::other);
}
