#include "lib/mail/smtp_path.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::mail;

namespace {

// The address, or "-" for a refusal. What Postfix 3.7 says to MAIL FROM is the reference.
std::string lenient(std::string_view text) {
    const auto parsed = parse_path_argument(text, {.strict = false, .allow_empty = true});
    return parsed ? parsed->address : "-";
}
std::string strict(std::string_view text) {
    const auto parsed = parse_path_argument(text, {.strict = true, .allow_empty = true});
    return parsed ? parsed->address : "-";
}

}  // namespace

TEST_CASE("a path in brackets is read alike, strict or not", "[mail]") {
    for (const auto read : {lenient, strict}) {
        CHECK(read("<a@b.c>") == "a@b.c");
        CHECK(read(" <a@b.c>") == "a@b.c");
        CHECK(read("<>") == "");
        CHECK(read("<\"a b\"@b.c>") == "a b@b.c");
        CHECK(read("<a b@b.c>") == "-");
        CHECK(read("<@x,@y:a@b.c>") == "a@b.c");
        CHECK(read("<a@b@c>") == "a@b@c");
        CHECK(read("<<a@b.c>>") == "a@b.c");
        CHECK(read("<a@[1.2.3.4]>") == "a@[1.2.3.4]");
        CHECK(read("<a:b@b.c>") == "a:b@b.c");
        CHECK(read("<a,b@b.c>") == "-");
        CHECK(read("<a;b@b.c>") == "-");
        CHECK(read("<a@b.c>,<d@e>") == "-");
        CHECK(read("<a@b.c") == "-");
        CHECK(read("<a@b.c>SIZE=1") == "-");
        CHECK(read("<\"a@b.c>") == "-");
        CHECK(read("") == "-");
    }
}

TEST_CASE("strict envelopes want brackets, and no comments or phrases", "[mail]") {
    CHECK(lenient("a@b.c") == "a@b.c");
    CHECK(strict("a@b.c") == "-");
    CHECK(lenient("<a@b.c (foo)>") == "a@b.c");
    CHECK(strict("<a@b.c (foo)>") == "-");
    CHECK(lenient("foo<a@b.c>") == "a@b.c");
    CHECK(strict("foo<a@b.c>") == "-");
    CHECK(lenient("g:a;") == "a");
    CHECK(lenient("g:<a@b.c>") == "-");
    CHECK(lenient("g:foo<a@b.c>") == "-");
    CHECK(strict("g:a;") == "-");
    CHECK(lenient("a@b.c,d@e") == "-");
    CHECK(lenient("@b:x") == "x");
    CHECK(lenient("<foo<a@b.c>>") == "a@b.c");
    CHECK(lenient("<foo bar<a@b.c>>") == "a@b.c");
    CHECK(strict("<foo<a@b.c>>") == "-");
    CHECK(lenient("@b,@c:x@y.z") == "x@y.z");
    CHECK(lenient("<@b.c>") == "@b.c");
    CHECK(strict("<@b.c>") == "-");
    for (const char* bad : {"<<a@b.c>", "\"a@b.c", "<foo<bar<a@b.c>>>", "<<foo<a@b.c>>>", "<foo<a@b.c>"}) CHECK(lenient(bad) == "-");
}

TEST_CASE("a keyword that is said twice is taken for the path", "[mail]") {
    const auto parsed = parse_path_argument("to:<a@b.c>", {});
    REQUIRE(parsed);
    CHECK(parsed->address == "to:");
    CHECK(parsed->parameters == "<a@b.c>");
    CHECK(strict("TO:<a@b.c>") == "-");
    CHECK(lenient("<TO:a@b.c>") == "TO:a@b.c");
}

TEST_CASE("parameters follow the first blank outside quotes and brackets", "[mail]") {
    const std::string line = "<\"a b\"@c d> SIZE=1 BODY=8BITMIME ";
    const auto parsed = parse_path_argument("<\"a b\"@c> SIZE=1 BODY=8BITMIME ", {});
    REQUIRE(parsed);
    CHECK(parsed->path == "<\"a b\"@c>");
    CHECK(parsed->parameters == "SIZE=1 BODY=8BITMIME");
    CHECK(parse_path_argument("<a@b.c> (foo)", {})->parameters == "(foo)");
}

TEST_CASE("an empty path is for senders only", "[mail]") {
    const auto refused = parse_path_argument("<>", {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().is_permanent());
    CHECK(refused.error().text == "empty address: <>");
}
