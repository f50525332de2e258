#include "lib/mail/status_code.h"

#include "lib/mail/exit_status.h"

#include <sysexits.h>
#include <catch2/catch.hpp>

using namespace postern::mail;

TEST_CASE("a status code is class.subject.detail", "[mail]") {
    CHECK(StatusCode::parse("4.3.0") == StatusCode{4, 3, 0});
    CHECK(StatusCode::parse("5.123.999")->text() == "5.123.999");
    for (const char* bad :
         {"", "4", "4.3", "4.3.", "3.1.1", "1.1.1", "4.1234.0", "4.3.0x", "4.-1.0", " 4.3.0"})
        CHECK_FALSE(StatusCode::parse(bad));
}

TEST_CASE("a text may begin with its status code", "[mail]") {
    const CodedText coded = split_coded_text("5.7.1  go away", {4, 0, 0});
    CHECK(coded.code == StatusCode{5, 7, 1});
    CHECK(coded.text == "go away");
    CHECK(split_coded_text("go away", {4, 3, 0}).code == StatusCode{4, 3, 0});
    CHECK(split_coded_text("4.3.0x", {5, 0, 0}).text == "4.3.0x");
    CHECK(find_coded_text("4.3.0")->text.empty());
}

TEST_CASE("reply codes give a status, and overrule another class", "[mail]") {
    CHECK(default_status(250) == StatusCode{2, 0, 0});
    CHECK(default_status(421) == StatusCode{4, 0, 0});
    CHECK(default_status(550) == StatusCode{5, 0, 0});
    CHECK(agreeing({5, 7, 1}, 450) == StatusCode{4, 7, 1});
}

TEST_CASE("exit statuses mean what sysexits.h says", "[mail]") {
    CHECK(exit_meaning(EX_NOUSER)->status == StatusCode{5, 1, 1});
    CHECK(exit_meaning(EX_NOUSER)->text == "user unknown");
    CHECK(exit_meaning(EX_TEMPFAIL)->status.is_temporary());
    CHECK(exit_meaning(EX_OK)->status.is_success());
    CHECK_FALSE(exit_meaning(1));
    CHECK_FALSE(exit_meaning(79));
}
