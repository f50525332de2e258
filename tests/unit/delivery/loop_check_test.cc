#include "lib/delivery/loop_check.h"

#include "tests/unit/delivery/lab.h"

using namespace postern;
using namespace postern::delivery;

TEST_CASE("Delivered-To fields of the header count, in any case", "[loop_check]") {
    const Lab lab({"Subject: x", "DELIVERED-TO: User@Example.com", "", "Delivered-To: b@c"});
    const auto found = delivered_to(lab.content());
    REQUIRE(found);
    CHECK(is_among(*found, "uSer@example.com"));
    CHECK_FALSE(is_among(*found, "b@c"));
}
