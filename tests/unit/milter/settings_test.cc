// Lists of milters in main.cf.
#include "lib/milter/settings.h"

#include <catch2/catch.hpp>

namespace postern::milter {

TEST_CASE("a milter takes the general settings, or its own", "[milter]") {
    MilterSettings defaults;
    defaults.default_action = DefaultAction::tempfail;
    const auto milters = parse_milters(
        "inet:127.0.0.1:8891, { unix:/run/m, connect_timeout=10s { default_action = accept } } local:x", defaults);
    REQUIRE(milters);
    REQUIRE(milters->size() == 3);
    CHECK((*milters)[0].name == "inet:127.0.0.1:8891");
    CHECK((*milters)[0].default_action == DefaultAction::tempfail);
    CHECK((*milters)[1].endpoint.path == "/run/m");
    CHECK((*milters)[1].connect_timeout == seconds(10));
    CHECK((*milters)[1].command_timeout == defaults.command_timeout);
    CHECK((*milters)[1].default_action == DefaultAction::accept);
    CHECK((*milters)[2].endpoint.path == "x");
}

TEST_CASE("a mistake in a list of milters is named", "[milter]") {
    const auto error = [](std::string_view text) { return parse_milters(text, {}).error().text; };
    CHECK(error("{ unix:/m, colour=red }") == "unknown milter setting \"colour\"");
    CHECK(error("{ unix:/m, protocol=5 }") == "bad value in \"protocol=5\"");
    CHECK(error("{ unix:/m, default_action=maybe }") == "bad value in \"default_action=maybe\"");
    CHECK_FALSE(parse_milters("/run/m", {}));
    CHECK_FALSE(parse_milters("{ }", {}));
}

}  // namespace postern::milter
