#include "lib/config/catalogue.h"

#include "lib/config/networks.h"
#include "lib/config/value_syntax.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace postern;
using namespace postern::config;

TEST_CASE("the catalogue is in order and finds its rows", "[config]") {
    const auto rows = catalogue();
    CHECK(std::is_sorted(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; }));
    for (const auto& row : rows)
        CHECK(find_parameter(row.name) == &row);
    CHECK(!find_parameter("nope"));
}

TEST_CASE("every plain default is a value of its type, within its bounds", "[config]") {
    for (const auto& row : catalogue()) {
        if (row.is_computed || row.default_text.find('$') != std::string_view::npos) continue;
        INFO(row.name);
        CHECK(parse_value(row, row.name, row.default_text));
    }
}

TEST_CASE("a misspelt name finds the one that is meant", "[config]") {
    CHECK(nearest_name("myhostnam") == "myhostname");
    CHECK(nearest_name("smtpd_recipent_restrictions") == "smtpd_recipient_restrictions");
    CHECK(nearest_name("completely_other") == "");
}

TEST_CASE("a name of a family is known by its longest suffix", "[config]") {
    REQUIRE(family_of("x_destination_recipient_limit"));
    CHECK(family_of("x_destination_recipient_limit")->fallback ==
          "default_destination_recipient_limit");
    CHECK(!family_of("default_destination_recipient_limit"));
    CHECK(!family_of("recipient_limit"));
}

TEST_CASE("the host's networks follow mynetworks_style", "[config]") {
    const std::vector<InterfaceAddress> own{
        {"127.0.0.1", 8}, {"192.0.2.2", 25}, {"::1", 128}, {"fd00::2", 64}};
    CHECK(own_networks(own, "subnet") == "127.0.0.0/8 192.0.2.0/25 [::1]/128 [fd00::]/64");
    CHECK(own_networks(own, "host") == "127.0.0.1/32 192.0.2.2/32 [::1]/128 [fd00::2]/128");
    CHECK(own_networks(own, "class") == "127.0.0.0/8 192.0.2.0/24 [::1]/128 [fd00::]/64");
    const auto loopback = choose_addresses(own, {"loopback-only"}, {"ipv4"});
    REQUIRE(loopback.size() == 1);
    const auto named = choose_addresses(own, {"127.0.0.2", "[::1]"}, {"all"});
    CHECK(own_networks(named, "subnet") == "127.0.0.0/8 [::1]/128");
}

TEST_CASE("a time has a unit, in any case", "[config]") {
    CHECK(parse_time("5") == seconds(5));
    CHECK(parse_time("5", 'h') == seconds(5 * 3600));
    CHECK(parse_time("1W") == seconds(7 * 24 * 3600));
    CHECK(!parse_time(""));
    CHECK(!parse_time("s"));
    CHECK(!parse_time("5 s"));
    CHECK(!parse_time("999999999w"));
}
