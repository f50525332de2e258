// Entries of the temporary allowlist, as Debian's postscreen writes them, too.
#include <catch2/catch.hpp>

#include "services/postscreen/screening.h"

namespace postern::postscreen {

namespace {

constexpr std::int64_t now = 1795546800;

Settings settings_of(const std::string& main_cf) {
    auto config = config::Config::from_text("myhostname = mx.example\n" + main_cf);
    REQUIRE(config);
    auto settings = Settings::from(*config);
    REQUIRE(settings);
    return *settings;
}

}  // namespace

TEST_CASE("a record is written as it was read", "[postscreen]") {
    const auto record = ClientRecord::parse("1795633169;1795546829;1798138769;1;0");
    REQUIRE(record);
    CHECK(record->text() == "1795633169;1795546829;1798138769;1;0");
    CHECK(record->is_passed(Test::pregreet, now));
    CHECK(!record->is_passed(Test::non_smtp_command, now));
    CHECK(!record->was_passed(Test::bare_newline));
    CHECK(!record->is_passed(Test::dnsbl, 1795546829));
}

TEST_CASE("what is no record is none", "[postscreen]") {
    for (const char* text : {"", "x", "1;2;3;4;5;6", "1;-2", "99999999999999999999"}) {
        INFO(text);
        CHECK(!ClientRecord::parse(text));
    }
}

TEST_CASE("an entry stays for the retention time after its first test is over", "[postscreen]") {
    const auto settings = settings_of("postscreen_cache_retention_time = 100s\n"
                                      "postscreen_pipelining_enable = yes\n");
    CHECK(is_of_use(settings, fmt::format("{};1;{};1;1", now - 100, now + 5000), now));
    CHECK(!is_of_use(settings, fmt::format("{};1;{};1;1", now - 101, now + 5000), now));
    // A test that was never passed is no reason to forget the others.
    CHECK(is_of_use(settings, fmt::format("{};1;0;1;1", now + 10), now));
    CHECK(!is_of_use(settings, "0;1;0;1;1", now));
    CHECK(!is_of_use(settings, "garbage", now));
}

TEST_CASE("an action that is none names its parameter", "[postscreen]") {
    auto config = config::Config::from_text("myhostname = mx.example\npostscreen_greet_action = punish\n");
    REQUIRE(config);
    const auto settings = Settings::from(*config);
    REQUIRE(!settings);
    CHECK_THAT(settings.error().text, Catch::Contains("postscreen_greet_action") &&
                                          Catch::Contains("\"punish\""));
}

TEST_CASE("the older names of parameters are heard, and stress shortens waits", "[postscreen]") {
    const auto settings = settings_of("postscreen_blacklist_action = drop\n"
                                      "postscreen_dnsbl_whitelist_threshold = -3\n");
    CHECK(settings.denylist_action == Action::drop);
    CHECK(settings.dnsbl_allowlist_threshold == -3);
    CHECK(settings.timing_now(false).greet_wait == seconds(6));
    CHECK(settings.timing_now(true).greet_wait == seconds(2));
    CHECK(settings.timing_now(true).command_time_limit == seconds(10));
}

TEST_CASE("without a teaser nobody can come too early", "[postscreen]") {
    CHECK(settings_of("").of(Test::pregreet).is_enabled);
    CHECK(!settings_of("postscreen_greet_banner =\n").of(Test::pregreet).is_enabled);
}

}  // namespace postern::postscreen
