#include "lib/report/record.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::report;

TEST_CASE("a record's strings are JSON whatever they hold", "[report]") {
    Record record("x");
    record.add("a", "q\"b\\c\n\x1b").add("utf8", "\xC3\xBC").add("broken", "\xFF\xC3");
    const std::string text = record.finish(from_unix(0), "p", 1, 0);
    CHECK(text.find(R"("a":"q\"b\\c\u000a\u001b")") != std::string::npos);
    CHECK(text.find("\"utf8\":\"\xC3\xBC\"") != std::string::npos);
    CHECK(text.find("\"broken\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"") != std::string::npos);
}

TEST_CASE("numbers, seconds and flags are JSON's own", "[report]") {
    Record record("x");
    record.add_number("n", -5).add_seconds("s", milliseconds(1500)).add_flag("f", true);
    record.add("empty", "").add_always("always", "");
    CHECK(record.finish(from_unix(0), "p", 1, 4194305).ends_with(
        R"("pid":1,"session":4194305,"event":"x","n":-5,"s":1.500000,"f":true,"always":""})"));
}
