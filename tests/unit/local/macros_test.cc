#include "local/macros.h"

#include <catch2/catch.hpp>

using namespace postern::local;

namespace {

constexpr std::string_view all = "abcdefghijklmnopqrstuvwxyz/@.+-";

Stop stop_of(std::string extension) {
    Stop stop;
    stop.address = extension.empty() ? "user@host.example" : "user+" + extension + "@host.example";
    stop.user = "user";
    stop.extension = extension;
    stop.delimiter = "+";
    return stop;
}

const User user{"user", "/home/user", "/bin/sh", {1000, 1000}};

std::string expanded(std::string_view text, const Stop& stop, const User* who = &user) {
    const auto result = expand_macros(text, stop, who, all);
    return result ? *result : "error: " + result.error().text;
}

}  // namespace

TEST_CASE("every name is replaced", "[macros]") {
    CHECK(expanded("$user $home $shell $recipient $extension $domain $local $recipient_delimiter",
                   stop_of("ext")) ==
          "user /home/user /bin/sh user+ext@host.example ext host.example user+ext +");
}

TEST_CASE("a stranger has neither home nor shell", "[macros]") {
    CHECK(expanded("[$home$shell]$user", stop_of(""), nullptr) == "[]user");
}

TEST_CASE("characters that are not allowed become underscores", "[macros]") {
    CHECK(expanded("$extension", stop_of("a;b c")) == "a_b_c");
}

TEST_CASE("what a sender wrote is not expanded again", "[macros]") {
    const auto result = expand_macros("$extension", stop_of("$home"), &user, "$abcdehmo");
    REQUIRE(result);
    CHECK(*result == "$home");
}

TEST_CASE("a condition asks for an extension, it does not name it", "[macros]") {
    CHECK(names_extension("$home/.forward${recipient_delimiter}${extension}"));
    CHECK_FALSE(names_extension("$home/${extension?in}"));
    CHECK_FALSE(names_extension("$home/.forward"));
    CHECK(expanded("${extension?in}${extension:out}", stop_of("")) == "out");
}
