// What holds for tables of every type.
#include "tests/unit/table/fixtures.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

/// A way to have a table in which "key" is "value" and nothing else is found.
struct Maker {
    const char* type;
    KeyKind kind;
    bool folds;     ///< "KEY" is found as well
    std::string (*make)(World&);
};

std::string made(World& world, const char* type) {
    return world.make(type, "table", {{"key", "value"}, {"other", "else"}});
}
std::string written(World& world, const char* type, const char* content) {
    return std::string(type) + ":" + world.folder.write("table", content);
}

const Maker makers[] = {
    {"hash", KeyKind::exact, true, [](World& world) { return made(world, "hash"); }},
    {"btree", KeyKind::exact, true, [](World& world) { return made(world, "btree"); }},
    {"lmdb", KeyKind::exact, true, [](World& world) { return made(world, "lmdb"); }},
    {"cdb", KeyKind::exact, true, [](World& world) { return made(world, "cdb"); }},
    {"texthash", KeyKind::exact, true,
     [](World& world) { return written(world, "texthash", "Key value\nother else\n"); }},
    {"inline", KeyKind::exact, true,
     [](World&) { return std::string("inline:{ Key=value, { other = else } }"); }},
    {"regexp", KeyKind::pattern, true,
     [](World& world) { return written(world, "regexp", "/^(k)ey$/ value\n"); }},
    {"pcre", KeyKind::pattern, true,
     [](World& world) { return written(world, "pcre", "/^key$/ value\n"); }},
    {"unionmap", KeyKind::exact, true,
     [](World&) { return std::string("unionmap:{inline:{key=value},inline:{a=b}}"); }},
    {"pipemap", KeyKind::exact, true,
     [](World&) { return std::string("pipemap:{inline:{key=x}, inline:{x=value}}"); }},
    {"debug", KeyKind::exact, true, [](World&) { return std::string("debug:inline:{key=value}"); }},
};

}  // namespace

TEST_CASE("a table of any type finds what it has, and says so when it has not", "[table]") {
    for (const Maker& maker : makers) {
        World world;
        INFO(maker.type);
        const auto name = maker.make(world);
        const auto table = world.open(name);
        CHECK(table->name() == name);
        CHECK(table->key_kind() == maker.kind);
        CHECK(Registry::key_kind_of(name) == maker.kind);
        CHECK(say(*table, "key") == "value");
        CHECK(say(*table, "KEY") == (maker.folds ? "value" : "-"));
        CHECK(say(*table, "absent") == "-");
        CHECK(say(*table, "") == "-");
        CHECK(say(*table, std::string(100000, 'k')) == "-");
    }
}

TEST_CASE("a key that is not UTF-8 is not found, and the log says why", "[table]") {
    for (const Maker& maker : makers) {
        World world;
        INFO(maker.type);
        const auto table = world.open(maker.make(world));
        world.warnings.clear();
        CHECK(say(*table, "\xff") == "-");
        REQUIRE(!world.warnings.empty());
        CHECK(world.warnings[0].ends_with(
            "non-UTF-8 key \"?\": malformed UTF-8 or invalid codepoint"));
    }
}

TEST_CASE("a table is opened once, whoever names it", "[table]") {
    for (const Maker& maker : makers) {
        World world;
        INFO(maker.type);
        const auto name = maker.make(world);
        CHECK(world.open(name) == world.open(name));
    }
}

TEST_CASE("a file that is missing makes a table that is always down", "[table]") {
    for (const char* type : {"hash", "btree", "lmdb", "cdb", "texthash", "regexp", "pcre", "cidr"}) {
        World world;
        INFO(type);
        const auto name = std::string(type) + ":" + world.folder.file("missing");
        CHECK(!world.registry.open(name));
        const auto maps = world.registry.open_maps("virtual_alias_maps", name);
        REQUIRE(maps);
        REQUIRE(maps->tables().size() == 1);
        auto& table = *maps->tables()[0];
        const auto found = ask(table, "key");
        REQUIRE(!found);
        CHECK(found.error().code == Errc::temporary);
        CHECK(found.error().text.starts_with(name + " is unavailable. open "));
        CHECK(found.error().text.ends_with("No such file or directory"));
        REQUIRE(world.warnings.size() == 1);
        CHECK(world.warnings[0] == found.error().text);
        CHECK(table.watched_files().size() == 1);
        REQUIRE(world.errors.size() == 1);
        CHECK(name + " is unavailable. " + world.errors[0] == found.error().text);
    }
}

TEST_CASE("values that are not UTF-8 are an error where UTF-8 is asked for", "[table]") {
    World world;
    const auto name = world.make("hash", "table", {{"key", "\xff"}});
    CHECK(!ask(*world.open(name), "key"));
    CHECK(say(*world.open(name, {.utf8 = false}), "key") == "\xff");
}

TEST_CASE("case folding knows all of Unicode", "[table]") {
    World world;
    CHECK(say(*world.open("inline:{\xc3\xa4\xc3\x9f=x}"), "\xc3\x84SS") == "x");
    CHECK(say(*world.open("inline:{a=x}", {.fold_case = false}), "A") == "-");
}
