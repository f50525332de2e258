#include "lib/mail/dsn.h"

#include <catch2/catch.hpp>

using namespace postern::mail;

TEST_CASE("xtext codes what is not printable ASCII, + and =", "[mail]") {
    CHECK(xtext("a+b=c d\x7f") == "a+2Bb+3Dc+20d+7F");
    CHECK(from_xtext("a+2Bb+3Dc+20d") == "a+b=c d");
    CHECK(from_xtext("+41") == "A");
    for (const char* bad : {"+", "+2", "+2g", "a+", "a+4"})
        CHECK_FALSE(from_xtext(bad));
}

TEST_CASE("unitext is UTF-8 with code points in braces", "[mail]") {
    CHECK(from_unitext("\\x{20AC}@x") == "\xe2\x82\xac@x");
    CHECK(from_unitext("\xe2\x82\xac") == "\xe2\x82\xac");
    CHECK(from_unitext("\\x{1F600}") == "\xf0\x9f\x98\x80");
    CHECK(to_unitext_ascii("\xe2\x82\xac+a") == "\\x{20AC}\\x{2B}a");
    CHECK(from_unitext(to_unitext_ascii("\xf0\x9f\x98\x80 \\=+\xc3\xa9")) ==
          "\xf0\x9f\x98\x80 \\=+\xc3\xa9");
    for (const char* bad :
         {"\\x{", "\\x{2}", "\\x{D800}", "\\x{110000}", "\\x{zz}", "\xff", "\\x{00}"})
        CHECK_FALSE(from_unitext(bad));
}

TEST_CASE("NOTIFY is NEVER or a list", "[mail]") {
    CHECK(Notify::parse("success,FAILURE")->bits == (Notify::success | Notify::failure));
    CHECK(Notify::parse("NEVER")->text() == "NEVER");
    CHECK(Notify{Notify::success | Notify::delay}.text() == "SUCCESS,DELAY");
    for (const char* bad : {"", "NEVER,DELAY", "SUCCESS,", ",", "MAYBE"})
        CHECK_FALSE(Notify::parse(bad));
}

TEST_CASE("RET is FULL or HDRS", "[mail]") {
    CHECK(parse_ret("hdrs") == ReturnContent::headers);
    CHECK(ret_text(ReturnContent::full) == "FULL");
    CHECK_FALSE(parse_ret("ALL"));
}

TEST_CASE("ORCPT has a type and a coded address", "[mail]") {
    const auto parsed = OriginalRecipient::parse("rfc822;a+2Bb@example.com");
    REQUIRE(parsed);
    CHECK(parsed->text() == "rfc822;a+b@example.com");
    CHECK(parsed->coded(false) == "rfc822;a+2Bb@example.com");
    CHECK(OriginalRecipient::parse("utf-8;\\x{20AC}@x")->address == "\xe2\x82\xac@x");
    CHECK(parse_dsn_orig_rcpt("utf-8;\xe2\x82\xac@x")->coded(false) == "utf-8;\\x{20AC}@x");
    CHECK(parse_dsn_orig_rcpt("utf-8;\xe2\x82\xac@x")->coded(true) == "utf-8;\xe2\x82\xac@x");
    for (const char* bad : {"", "rfc822", ";a", "rfc822;", "rfc822;a+", "rfc822;a+0Ab"})
        CHECK_FALSE(OriginalRecipient::parse(bad));
}

TEST_CASE("ENVID is xtext of at most 100 characters", "[mail]") {
    CHECK(*parse_envid("QQ+2B1") == "QQ+1");
    CHECK_FALSE(parse_envid(std::string(101, 'x')));
    CHECK_FALSE(parse_envid("a+0D"));
    CHECK_FALSE(parse_envid(""));
}
