// regexp:, pcre: and cidr:.
#include "tests/unit/table/fixtures.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

constexpr const char* both[] = {"regexp:", "pcre:"};

/// The warning, without "TYPE map FILE, ", about a table of one rule.
std::string complaint(std::string_view type, const std::string& rule) {
    World world;
    const auto path = world.folder.write("table", rule + "\n");
    world.open(std::string(type) + path);
    if (world.warnings.empty()) return "";
    const auto& text = world.warnings.back();
    return text.substr(text.find(path) + path.size() + 2);
}

}  // namespace

TEST_CASE("what the parentheses matched goes into the result", "[regexp]") {
    for (const std::string type : both) {
        World world;
        const auto table = world.open(
            type + world.folder.write("t", "/^(.*)-(x)?list@(.*)$/ $1+${3} $$5 <$(2)>\n"));
        CHECK(say(*table, "a-list@b.example") == "a+b.example $5 <>");
        CHECK(say(*table, "a-xlist@b") == "a+b $5 <x>");
    }
}

TEST_CASE("if and endif nest, with and without !", "[regexp]") {
    for (const std::string type : both) {
        World world;
        const auto table = world.open(type + world.folder.write("t", R"(if /foo/
/foobar/ in
if !/baz/
/./ notbaz
ENDIF
/./ baz
endif
!/x/ none
)"));
        CHECK(say(*table, "foobar") == "in");
        CHECK(say(*table, "foo") == "notbaz");
        CHECK(say(*table, "foobaz") == "baz");
        CHECK(say(*table, "a") == "none");
        CHECK(say(*table, "x") == "-");
        CHECK(world.warnings.empty());
    }
}

TEST_CASE("flags toggle", "[regexp]") {
    World world;
    CHECK(say(*world.open("regexp:{{/abc/i x}}"), "ABC") == "-");
    CHECK(say(*world.open("pcre:{{/abc/i x}}"), "ABC") == "-");
    CHECK(say(*world.open("regexp:{{/^b$/m x}}"), "a\nb") == "x");
    CHECK(say(*world.open("regexp:{{/a.b/ x}}"), "a\nb") == "x");
    CHECK(say(*world.open("pcre:{{/a.b/s x}}"), "a\nb") == "-");
    CHECK(say(*world.open("pcre:{{/a b/x x}}"), "ab") == "x");
    CHECK(say(*world.open("regexp:{{/a+/x x}}"), "a+") == "x");
    CHECK(say(*world.open("regexp:{{~a/b~ x}}"), "a/b") == "x");
    CHECK(say(*world.open("regexp:{{/a\\/b/ x}}"), "a/b") == "x");
}

TEST_CASE("rules that cannot be read are warned of in Postfix's words and left out", "[regexp]") {
    for (const std::string type : both) {
        INFO(type);
        CHECK(complaint(type, "/a/ $2x") == "line 1: bad replacement syntax: skipping this rule");
        CHECK(complaint(type, "/a/") == "line 1: no replacement text: using empty string");
        CHECK(complaint(type, "word") == "line 1: ignoring unrecognized request");
        CHECK(complaint(type, "/a") ==
              "line 1: no closing regexp delimiter \"/\": skipping this rule");
        CHECK(complaint(type, "\n/a/q x") ==
              "line 2: unknown regexp option \"q\": skipping this rule");
        CHECK(complaint(type, "/a/ ${9}") ==
              "line 1: out of range replacement index \"9\": skipping this rule");
        CHECK(complaint(type, "endif") == "line 1: ignoring ENDIF without matching IF");
        CHECK(complaint(type, "if /a/\n/b/ x") == "line 1: IF has no matching ENDIF");
        CHECK(complaint(type, "!/(a)/ $1") ==
              "line 1: $number found in negative match replacement text: skipping this rule");
        CHECK(complaint(type, "!") == "line 1: no regexp: skipping this rule");
    }
    CHECK(complaint("regexp:", "/(/ x") == "line 1: Unmatched ( or \\(");
    CHECK(complaint("pcre:", "/(/ x") ==
          "line 1: error in regex at offset 1: missing closing parenthesis");
}

TEST_CASE("a pattern that takes too long cannot tell", "[pcre]") {
    World world;
    const auto table = world.open("pcre:{{/^(a+)+$/ x}}");
    CHECK(say(*table, std::string(60, 'a') + "b").starts_with("! "));
}

TEST_CASE("a network contains its addresses", "[cidr]") {
    World world;
    const auto table = world.open("cidr:" + world.folder.write("t", R"(192.0.2.1 one
192.0.2.0/24 net
[2001:db8::]/32 six
if 10.0.0.0/8
!10.1.0.0/16 ten
endif
172.16.0.0/12  with  blanks
)"));
    CHECK(say(*table, "192.0.2.1") == "one");
    CHECK(say(*table, "192.0.2.255") == "net");
    CHECK(say(*table, "192.0.3.0") == "-");
    CHECK(say(*table, "2001:DB8:0::1") == "six");
    CHECK(say(*table, "2001:db9::1") == "-");
    CHECK(say(*table, "10.2.0.1") == "ten");
    CHECK(say(*table, "10.1.0.1") == "-");
    CHECK(say(*table, "172.31.255.255") == "with  blanks");
    CHECK(say(*table, "host.example") == "-");
    CHECK(table->key_kind() == KeyKind::pattern);
}

TEST_CASE("networks that cannot be read are warned of and left out", "[cidr]") {
    CHECK(complaint("cidr:", "192.0.2.1/24 x") ==
          "line 1: non-null host address bits in \"192.0.2.1/24\", perhaps you should use "
          "\"192.0.2.0/24\" instead: skipping this rule");
    CHECK(complaint("cidr:", "192.0.2.1") == "line 1: no lookup result: skipping this rule");
    CHECK(complaint("cidr:", "300.0.0.1 x") ==
          "line 1: bad address pattern: \"300.0.0.1\": skipping this rule");
    CHECK(complaint("cidr:", "192.0.2.0/33 x") ==
          "line 1: bad mask length in \"192.0.2.0/33\": skipping this rule");
    CHECK(complaint("cidr:", "192.0.2.0/a x") ==
          "line 1: bad mask value in \"192.0.2.0/a\": skipping this rule");
    CHECK(complaint("cidr:", "endif") == "line 1: ENDIF without IF: skipping this rule");
}
