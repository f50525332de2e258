#include "postconf/print.h"

#include <catch2/catch.hpp>

using namespace postern::postconf;

TEST_CASE("blanks in a value become one", "[postconf]") {
    CHECK(line_of({}, "a", "b,\t c   d") == "a = b, c d\n");
    CHECK(line_of({}, "a", "") == "a =\n");
}

TEST_CASE("names or values can be left out", "[postconf]") {
    Options options;
    options.hides_names = true;
    CHECK(line_of(options, "a", "b c") == "b c\n");
    CHECK(line_of(options, "a", "") == "\n");
    options.hides_values = true;
    CHECK(line_of(options, "a", "b c") == "a\n");
}

TEST_CASE("a folded line is at most 80 columns wide", "[postconf]") {
    Options options;
    options.folds = true;
    CHECK(line_of(options, "mail_name",
                  "a very long value that goes on and on and on until it must be folded somewhere") ==
          "mail_name = a very long value that goes on and on and on until it must be folded\n"
          "    somewhere\n");
}

TEST_CASE("JSON escapes what RFC 8259 wants escaped", "[postconf]") {
    CHECK(json_line("a\"b", "c\\d\x01") == "{\"a\\\"b\": \"c\\\\d\\u0001\"}\n");
}
