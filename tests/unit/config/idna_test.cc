#include "lib/config/idna.h"

#include <catch2/catch.hpp>

using namespace postern::config;

TEST_CASE("domains go to A-labels and back", "[config]") {
    CHECK(*domain_to_ascii("b\xc3\xbc"
                           "cher.example") == "xn--bcher-kva.example");
    CHECK(*domain_to_utf8("xn--bcher-kva.example") ==
          "b\xc3\xbc"
          "cher.example");
    CHECK(*domain_to_ascii("Example.COM") == "Example.COM");
    CHECK(*domain_to_ascii("fa\xc3\x9f.example") == "xn--fa-hia.example");
    CHECK(*domain_to_ascii("fa\xc3\x9f.example", true) == "fass.example");
    CHECK_FALSE(domain_to_ascii("\xff.example"));
}
