#include "lib/config/main_cf.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::config;

namespace {

MainCf parsed(std::string_view text) {
    auto file = parse_main_cf(text, "main.cf");
    REQUIRE(file);
    return *file;
}

std::string failure(std::string_view text) {
    const auto file = parse_main_cf(text, "main.cf");
    REQUIRE(!file);
    return file.error().text;
}

std::string value(const MainCf& file, std::string_view name) {
    const auto* setting = file.find(name);
    return setting ? setting->value : "(none)";
}

}  // namespace

TEST_CASE("a definition has blanks around its = and at its end taken away", "[config]") {
    const auto file = parsed("a=b\n  \nc \t =  d e = f \t\r\n# x = y\nempty =\n");
    CHECK(file.settings.size() == 3);
    CHECK(value(file, "a") == "b");
    CHECK(value(file, "c") == "d e = f");
    CHECK(value(file, "empty") == "");
    CHECK(file.settings[1].where.text() == "main.cf, line 3");
}

TEST_CASE("continuation lines are joined across comments and empty lines", "[config]") {
    const auto file = parsed("a = 1,\n# comment\n  2,\n\n   # indented comment\n\t3\nb = 4\n");
    CHECK(value(file, "a") == "1,  2,\t3");
    CHECK(value(file, "b") == "4");
}

TEST_CASE("the name and its = may stand on two lines", "[config]") {
    CHECK(value(parsed("a\n = b\n"), "a") == "b");
}

TEST_CASE("a line without end counts, and # within a value is text", "[config]") {
    CHECK(value(parsed("a = b # c"), "a") == "b # c");
}

TEST_CASE("of several definitions the last one counts, with a warning", "[config]") {
    const auto file = parsed("a = 1\nb = 2\na = 3\n");
    CHECK(value(file, "a") == "3");
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0] == "main.cf, line 3: overriding earlier entry: a=1");
}

TEST_CASE("a blank before the first definition is a warning", "[config]") {
    const auto file = parsed("#\n a = b\nc = d\n");
    CHECK(file.settings.size() == 1);
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0] == "main.cf: logical line must not start with whitespace: \" a = b\"");
}

TEST_CASE("what is no definition is an error with its line", "[config]") {
    CHECK(failure("a = b\nfoo bar = x\n") ==
          "main.cf, line 2: missing '=' after attribute name: \"foo bar = x\"");
    CHECK(failure("= x\n") == "main.cf, line 1: missing attribute name: \"= x\"");
    CHECK(failure("foo") == "main.cf, line 1: missing '=' after attribute name: \"foo\"");
}

TEST_CASE("a very long value is one value", "[config]") {
    std::string text = "a = x";
    for (int i = 0; i < 20000; ++i)
        text += "\n  0123456789";
    CHECK(value(parsed(text), "a").size() == 1 + 20000 * 12);
}

TEST_CASE("an override has both spellings", "[config]") {
    CHECK(parse_override("a=b=c")->value == "b=c");
    const auto braced = parse_override("{ a = b c }");
    REQUIRE(braced);
    CHECK(braced->name == "a");
    CHECK(braced->value == "b c");
    CHECK(!parse_override("a"));
    CHECK(!parse_override("{ a = b"));
}

TEST_CASE("a file that is not there is named", "[config]") {
    const auto file = read_main_cf("/nonexistent/main.cf");
    REQUIRE(!file);
    CHECK(file.error().text.find("/nonexistent/main.cf") != std::string::npos);
}
