#include "lib/base/strings.h"

#include <catch2/catch.hpp>

using namespace postern;

namespace {

std::vector<std::string> copied(const std::vector<std::string_view>& pieces) {
    return {pieces.begin(), pieces.end()};
}

using Pieces = std::vector<std::string>;

}  // namespace

TEST_CASE("case is that of ASCII letters only", "[base]") {
    CHECK(lower("MAIL From \xC3\x84") == "mail from \xC3\x84");
    CHECK(upper("ehlo 1a") == "EHLO 1A");
    CHECK(same("Postmaster", "POSTMASTER"));
    CHECK_FALSE(same("a", "ab"));
    CHECK_FALSE(same("[", "{"));   // 32 apart, like letters of two cases
    CHECK(starts_with_same("RCPT TO:<a>", "rcpt to:"));
    CHECK_FALSE(starts_with_same("RC", "rcpt"));
    CHECK(ends_with_same("a@Example.COM", "example.com"));
    CHECK_FALSE(ends_with_same("com", "example.com"));
}

TEST_CASE("blanks are trimmed from the ends", "[base]") {
    CHECK(trim(" \t a b \r\n") == "a b");
    CHECK(trim_left(" a ") == "a ");
    CHECK(trim_right(" a ") == " a");
    CHECK(trim(" \v\f").empty());
}

TEST_CASE("a list is split at blanks and commas, without empty pieces", "[base]") {
    CHECK(copied(split(" a, b,,c\n\td ")) == Pieces{"a", "b", "c", "d"});
    CHECK(split(" , ").empty());
    CHECK(copied(split("a:b", ":")) == Pieces{"a", "b"});
}

TEST_CASE("nothing separates within braces", "[base]") {
    CHECK(copied(split_braced("{ a, b }, c {d {e f} g}")) ==
          Pieces{"{ a, b }", "c", "{d {e f} g}"});
    CHECK(copied(split_braced("a inline:{b=c d}, e")) == Pieces{"a", "inline:{b=c d}", "e"});
    CHECK(copied(split_braced("a {b c")) == Pieces{"a", "{b c"});
}

TEST_CASE("text is cut at the first separator, or not at all", "[base]") {
    CHECK(cut("name=a=b", '=') == std::pair<std::string_view, std::string_view>("name", "a=b"));
    CHECK(cut("=", '=') == std::pair<std::string_view, std::string_view>("", ""));
    CHECK_FALSE(cut("name", '='));
}

TEST_CASE("pieces are joined and replaced", "[base]") {
    CHECK(join({"a", "b", "c"}, ", ") == "a, b, c");
    CHECK(join({}, ", ").empty());
    CHECK(replace_all("a$x b$x", "$x", "1$x") == "a1$x b1$x");
    CHECK(replace_all("abc", "", "x") == "abc");
}

TEST_CASE("a number is the whole text and within its range", "[base]") {
    CHECK(parse_number("0010") == 10u);
    CHECK(parse_number("18446744073709551615") == 18446744073709551615u);
    CHECK_FALSE(parse_number("18446744073709551616"));
    for (const char* wrong : {"", " 1", "1 ", "+1", "-1", "1x", "0x1"}) CHECK_FALSE(parse_number(wrong));
    CHECK(parse_signed("-12") == -12);
    CHECK_FALSE(parse_signed("--1"));
    CHECK_FALSE(parse_signed(""));
}

TEST_CASE("UTF-8 is valid in its shortest form without surrogates", "[base]") {
    CHECK(is_valid_utf8("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"));
    for (const char* wrong : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                              "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"})
        CHECK_FALSE(is_valid_utf8(wrong));
}

TEST_CASE("what is logged has no control characters and no broken UTF-8", "[base]") {
    CHECK(printable("a\r\n\x1b[31mb\x7f") == "a???[31mb?");
    CHECK(printable("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
    CHECK(printable("x\xFFy\xC3") == "x?y?");
    CHECK(printable(std::string_view("a\0b", 3)) == "a?b");
    CHECK(printable("").empty());
}

TEST_CASE("row 41: what is logged looks like what it is", "[base]") {
    CHECK(printable("a\u202eb\u202cc") == "a?b?c");
    CHECK(printable("\u061c\u200e\u200f\u2066x\u2069") == "????x?");
    CHECK(printable("a\u0085b\u009b2J\u2028c\u2029") == "a?b?2J?c?");
    CHECK(printable("\u05e9\u05dc\u05d5\u05dd \u0627\u0644 \U0001f4e7 \u200d") ==
          "\u05e9\u05dc\u05d5\u05dd \u0627\u0644 \U0001f4e7 \u200d");
}

TEST_CASE("what is logged is cut at its bound, not within a character", "[base]") {
    CHECK(printable("abcdef", 4) == "abcd");
    CHECK(printable("abc\xC3\xBC", 4) == "abc");
    CHECK(printable("abc\xC3\xBC", 5) == "abc\xC3\xBC");
    CHECK(printable(std::string(5000, 'x')).size() == 1000);
}

TEST_CASE("digits and ASCII are recognized", "[base]") {
    CHECK(is_all_digits("0123456789"));
    CHECK_FALSE(is_all_digits(""));
    CHECK_FALSE(is_all_digits("1a"));
    CHECK(is_all_ascii("a\x7f"));
    CHECK_FALSE(is_all_ascii("\x80"));
}
