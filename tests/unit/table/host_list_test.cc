// Lists of hosts.
#include "lib/table/host_list.h"

#include "tests/unit/table/fixtures.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

Result<bool> has(World& world, const std::string& value, std::string_view name,
                 std::string_view address, bool parents_match = false) {
    auto list = HostList::open("mynetworks", value, parents_match, world.registry);
    if (!list) return list.error();
    auto answer = list->has(name, address);
    if (answer.await_ready()) return answer.await_resume();
    Result<bool> outcome(false);
    auto wait = [](Answer<Result<bool>> waiting, Result<bool>* into) -> Task<void> {
        *into = co_await waiting;
    };
    auto task = wait(std::move(answer), &outcome);
    task.start();
    REQUIRE(task.done());
    return outcome;
}

}  // namespace

TEST_CASE("a host is in a list by its address", "[hosts]") {
    World world;
    const std::string list = "!192.0.2.7, 192.0.2.0/24 [2001:db8::]/32 [::1] 127.0.0.1";
    CHECK(*has(world, list, "unknown", "192.0.2.1"));
    CHECK(!*has(world, list, "unknown", "192.0.2.7"));
    CHECK(!*has(world, list, "unknown", "192.0.3.1"));
    CHECK(*has(world, list, "unknown", "2001:db8:1::1"));
    CHECK(*has(world, list, "unknown", "::1"));
    CHECK(!*has(world, list, "unknown", ""));
}

TEST_CASE("a host is in a list by its name", "[hosts]") {
    World world;
    CHECK(*has(world, "a.example .b.example", "A.example", "192.0.2.1"));
    CHECK(!*has(world, "a.example", "x.a.example", "192.0.2.1"));
    CHECK(*has(world, ".b.example", "x.b.example", "192.0.2.1"));
    CHECK(!*has(world, ".b.example", "b.example", "192.0.2.1"));
    CHECK(*has(world, "a.example", "x.a.example", "192.0.2.1", true));
    CHECK(!*has(world, "a.example", "xa.example", "192.0.2.1", true));
}

TEST_CASE("a host is in a list by a table or a file", "[hosts]") {
    World world;
    CHECK(*has(world, "inline:{192.0.2.1=x}", "h", "192.0.2.1"));
    CHECK(*has(world, "inline:{.b.example=x}", "h.b.example", "192.0.2.1"));
    CHECK(!*has(world, "inline:{b.example=x}", "h.b.example", "192.0.2.1"));
    CHECK(*has(world, "inline:{b.example=x}", "h.b.example", "192.0.2.1", true));
    CHECK(*has(world, "cidr:{{192.0.2.0/24 x}}", "h.b.example", "192.0.2.1"));
    CHECK(!*has(world, "!inline:{192.0.2.1=x}, 192.0.2.0/24", "h", "192.0.2.1"));
    CHECK(!has(world, "fail:x", "h", "192.0.2.1"));
    CHECK(*has(world, "192.0.2.0/24, fail:x", "h", "192.0.2.1"));
    const auto file = world.folder.write("list", "# ours\n192.0.2.0/24\n!inline:{h=x}\n");
    CHECK(*has(world, file, "g", "192.0.2.1"));
    CHECK(!*has(world, "!" + file + " 192.0.0.0/16", "g", "192.0.2.1"));
}

TEST_CASE("a mistake in a list names the parameter", "[hosts]") {
    World world;
    CHECK(has(world, "192.0.2.1/24", "h", "").error().text.starts_with(
        "mynetworks: non-null host address bits in \"192.0.2.1/24\""));
    CHECK(has(world, "2001:db8::1", "h", "").error().text ==
          "mynetworks: IPv6 address \"2001:db8::1\" must be inside []");
    CHECK(has(world, "/no/such/file", "h", "").error().text ==
          "mynetworks: open /no/such/file: No such file or directory");
}
