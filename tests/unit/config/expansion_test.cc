#include "lib/config/expansion.h"

#include <catch2/catch.hpp>

#include <map>

using namespace postern;
using namespace postern::config;

namespace {

const std::map<std::string, std::string, std::less<>> names{
    {"u1", "v"},        {"empty", ""},      {"refers", "$empty"}, {"deep", "<$u1>"},
    {"a", "$b"},        {"b", "${u1?$a}"},  {"self", "x$self"},   {"level", "3.6"},
};

std::optional<std::string> find(std::string_view name) {
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

std::string expanded(std::string_view text) {
    const auto result = expand(text, find);
    return result ? *result : "ERROR " + result.error().text;
}

}  // namespace

TEST_CASE("names are replaced by their values, in all three spellings", "[config]") {
    CHECK(expanded("$u1") == "v");
    CHECK(expanded("${u1}-$(u1)-${ u1 }") == "v-v-v");
    CHECK(expanded("$u1.x$u1-y") == "v.xv-y");
    CHECK(expanded("$deep") == "<v>");
    CHECK(expanded("$nope$empty") == "");
    CHECK(expanded("a$$b$u1$$") == "a$bv$");
}

TEST_CASE("a conditional asks whether the value as it stands is empty", "[config]") {
    CHECK(expanded("${u1?yes}${u1:no}") == "yes");
    CHECK(expanded("${nope:no}${nope?yes}") == "no");
    CHECK(expanded("${refers?set}") == "set");
    CHECK(expanded("${u1?{y}:{n}}") == "y");
    CHECK(expanded("${nope ? {y} : {n}}") == "n");
    CHECK(expanded("${nope?{y}:n x}") == "n x");
    CHECK(expanded("${u1?a}b}") == "ab}");
    CHECK(expanded("${u1?$(u1)}") == "v");
    CHECK(expanded("$(u1?{a}:{b})") == "a");
    CHECK(expanded("${u1?  foo  }") == "  foo  ");
    CHECK(expanded("${u1?}") == "");
}

TEST_CASE("comparisons are numeric between digits, else by text", "[config]") {
    CHECK(expanded("${{a} == {b} ? {x} : {y}}") == "y");
    CHECK(expanded("${{a}=={a}?{x}:{y}}") == "x");
    CHECK(expanded("${{10} > {9} ? {x} : {y}}") == "x");
    CHECK(expanded("${{a10} > {a9} ? {x} : {y}}") == "y");
    CHECK(expanded("${{010} == {10} ? {x} : {y}}") == "x");
    CHECK(expanded("${{-1} < {-2} ? {x} : {y}}") == "x");
    CHECK(expanded("${{a} != {b} ? {x}}") == "x");
    CHECK(expanded("${{a} == {b} : {x}}") == "x");
    CHECK(expanded("${{ a } == {a} ? {eq} : {ne}}") == "ne");
    CHECK(expanded("${{$u1} == {v} ? {${u1?{deep}}} : {y}}") == "deep");
    CHECK(expanded("${{a} == {a}}${{a} == {b}}") == "true");
    CHECK(expanded("${{a} <= {a} ? {  sp  }}") == "  sp  ");
    CHECK(expanded("${{99999999999999999999} == {1}}").starts_with("ERROR number too large"));
}

TEST_CASE("compatibility levels compare as versions", "[config]") {
    CHECK(expanded("${{3.10} >level {3.9} ? {x} : {y}}") == "x");
    CHECK(expanded("${{3} <level {3.1} ? {x} : {y}}") == "x");
    CHECK(expanded("${{$level} <level {3.6} ? {x} : {y}}") == "y");
    CHECK(expanded("${{3} ==level {3.0.0} ? {x} : {y}}") == "x");
    CHECK(expanded("${{3.1.2.4} >level {3} ? {x}}") ==
          "ERROR malformed compatibility level syntax: \"3.1.2.4\"");
}

TEST_CASE("a syntax error quotes its place", "[config]") {
    CHECK(expanded("${u1") == "ERROR truncated macro reference: \"${u1\"");
    CHECK(expanded("$-") == "ERROR empty macro name: \"$-\"");
    CHECK(expanded("${}") == "ERROR empty macro name: \"${}\"");
    CHECK(expanded("${ba-d}") == "ERROR attribute name syntax error at: \"...ba>>>-d\"");
    CHECK(expanded("${u1?{bar}x}") == "ERROR \":\" expected at: \"...u1?{bar}>>>x\"");
    CHECK(expanded("${u1?{a}:{b}x}").starts_with("ERROR unexpected input at:"));
    CHECK(expanded("${{a} ++ {b}}").find("expected at: \"...{a} >>>++ {b}\"") != std::string::npos);
    CHECK(expanded("${{a} == b}").starts_with("ERROR \"{expression}\" expected at:"));
}

TEST_CASE("a branch that does not count is not looked at", "[config]") {
    CHECK(expanded("${u1?{x}:{${ba-d}}}") == "x");
    CHECK(expanded("${empty?$a}") == "");
}

TEST_CASE("a name that refers to itself is an error that shows the way", "[config]") {
    CHECK(expanded("$self") == "ERROR parameter refers to itself: self -> self");
    CHECK(expanded("$a") == "ERROR parameter refers to itself: a -> b -> a");
}

TEST_CASE("domain_to_ascii gives A-labels", "[config]") {
    CHECK(expanded("${domain_to_ascii{$u1.example}}") == "v.example");
    CHECK(expanded("${domain_to_ascii{b\xc3\xbc" "cher.example}}") == "xn--bcher-kva.example");
    CHECK(expanded("${domain_to_ascii{\xff}}").find("is not a valid international domain name") !=
          std::string::npos);
}

TEST_CASE("the names in a text are found in every branch", "[config]") {
    std::string found;
    for_each_name("$a ${b?{$c}:{${d}}} $$e $(f) ${{$g} == {x} ? {$h}} ${domain_to_ascii{$i}}",
                  [&](std::string_view name) { found += name; });
    CHECK(found == "abcdfghi");
}
