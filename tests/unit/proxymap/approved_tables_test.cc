// Which tables proxymap opens for others.
#include "services/proxymap/approved_tables.h"

#include <catch2/catch.hpp>

using namespace postern;

TEST_CASE("a table is approved when main.cf names it with proxy: in front", "[proxymap]") {
    const proxymap::ApprovedTables approved(
        "proxy_read_maps",
        "proxy:unix:passwd.byname, hash:/etc/x {proxy:btree:/y}\tproxy:proxy:cdb:/z "
        "proxy:unionmap:{static:a, static:b}");
    for (const char* name :
         {"unix:passwd.byname", "btree:/y", "cdb:/z", "unionmap:{static:a, static:b}"})
        CHECK(approved.check(name));
    for (const char* name : {"hash:/etc/x", "static:a", "proxy:cdb:/z", "", "unix:group.byname"})
        CHECK(!approved.check(name));
}

TEST_CASE("a refusal says how to approve, without control characters", "[proxymap]") {
    const proxymap::ApprovedTables approved("proxy_write_maps", "");
    CHECK(approved.check("hash:/a\n").error().text ==
          "request for unapproved table: \"hash:/a?\"; to approve it, list proxy:hash:/a? in "
          "proxy_write_maps");
}
