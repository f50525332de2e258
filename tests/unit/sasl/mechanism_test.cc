// What sites demand of mechanisms.
#include "lib/sasl/mechanism.h"

#include <catch2/catch.hpp>

namespace postern::sasl {

TEST_CASE("security options forbid weaknesses and demand strengths", "[sasl]") {
    const auto options = SecurityOptions::parse({"noplaintext", "noanonymous", "mutual_auth"});
    REQUIRE(options);
    CHECK_FALSE(options->allow(plaintext | mutual_auth));
    CHECK_FALSE(options->allow(anonymous | mutual_auth));
    CHECK_FALSE(options->allow(dictionary));
    CHECK(options->allow(dictionary | mutual_auth));
}

TEST_CASE("a private mechanism is never offered", "[sasl]") {
    CHECK_FALSE(SecurityOptions().allow(hidden));
}

TEST_CASE("an unknown security option is an error that names it", "[sasl]") {
    const auto options = SecurityOptions::parse({"noplain"});
    REQUIRE_FALSE(options);
    CHECK(options.error().text == "unknown SASL security option \"noplain\"");
}

TEST_CASE("mechanism names are those of RFC 4422", "[sasl]") {
    CHECK(is_mechanism_name("SCRAM-SHA-1"));
    CHECK(is_mechanism_name("plain"));
    CHECK_FALSE(is_mechanism_name(""));
    CHECK_FALSE(is_mechanism_name("A B"));
    CHECK_FALSE(is_mechanism_name("A-NAME-OF-21-LETTERSx"));
}

}  // namespace postern::sasl
