// Tables that are made, changed and listed.
#include "tests/unit/table/fixtures.h"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

constexpr const char* made_types[] = {"hash", "btree", "lmdb", "cdb"};
constexpr const char* changed_types[] = {"hash", "btree", "lmdb", "internal"};

std::vector<std::string> list(Table& table) {
    auto cursor = table.entries();
    REQUIRE(cursor);
    std::vector<std::string> all;
    for (;;) {
        auto entry = (*cursor)->next();
        REQUIRE(entry);
        if (!*entry) break;
        all.push_back((*entry)->key + "=" + (*entry)->value);
    }
    std::ranges::sort(all);
    return all;
}

std::string path_of(const std::string& name) {
    const auto type = name.substr(0, name.find(':'));
    const auto suffix = type == "lmdb" ? ".lmdb" : type == "cdb" ? ".cdb" : ".db";
    return name.substr(name.find(':') + 1) + suffix;
}

}  // namespace

TEST_CASE("what was made is listed", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        const auto name = world.make(type, "t", {{"a", "1"}, {"b", "2"}, {"c", "3"}});
        CHECK(list(*world.open(name)) == std::vector<std::string>{"a=1", "b=2", "c=3"});
    }
}

TEST_CASE("of two entries with a key the first is kept, or the last with replace", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        const auto name = std::string(type) + ":" + world.folder.file("t");
        auto maker = make_table(world.registry, name);
        REQUIRE(maker);
        CHECK(*(*maker)->put("a", "1", OnDuplicate::keep));
        CHECK(!*(*maker)->put("a", "2", OnDuplicate::keep));
        CHECK(*(*maker)->put("b", "1", OnDuplicate::keep));
        CHECK((*maker)->put("b", "2", OnDuplicate::replace));
        REQUIRE((*maker)->commit());
        CHECK(list(*world.open(name)) == std::vector<std::string>{"a=1", "b=2"});
    }
}

TEST_CASE("a table that is not committed leaves the old one as it was", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        const auto name = world.make(type, "t", {{"a", "1"}});
        {
            auto maker = make_table(world.registry, name);
            REQUIRE(maker);
            REQUIRE((*maker)->put("b", "2", OnDuplicate::keep));
        }
        CHECK(list(*world.open(name)) == std::vector<std::string>{"a=1"});
        CHECK(std::ranges::distance(std::filesystem::directory_iterator(
                  std::filesystem::path(path_of(name)).parent_path())) == 1);
    }
}

TEST_CASE("a table that is made again keeps its mode", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        const auto name = world.make(type, "t", {{"a", "1"}});
        const auto path = path_of(name);
        std::filesystem::permissions(path, std::filesystem::perms(0640));
        world.make(type, "t", {{"b", "1"}});
        CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0640));
        CHECK(list(*world.open(name)) == std::vector<std::string>{"b=1"});
    }
}

TEST_CASE("entries are added to those that are there", "[store]") {
    for (const char* type : {"hash", "btree", "lmdb"}) {
        World world;
        INFO(type);
        const auto name = world.make(type, "t", {{"a", "1"}});
        auto maker = make_table(world.registry, name, {.keeps_entries = true});
        REQUIRE(maker);
        CHECK(!*(*maker)->put("a", "2", OnDuplicate::keep));
        CHECK(*(*maker)->put("b", "2", OnDuplicate::keep));
        REQUIRE((*maker)->commit());
        CHECK(list(*world.open(name)) == std::vector<std::string>{"a=1", "b=2"});
    }
}

TEST_CASE("a large table is made and read", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        std::vector<Entry> entries;
        for (int i = 0; i < 60000; ++i)
            entries.push_back({"user" + std::to_string(i) + "@example.com", std::string(300, 'v')});
        const auto table = world.open(world.make(type, "t", entries));
        for (int i = 0; i < 60000; i += 997)
            CHECK(ask(*table, "user" + std::to_string(i) + "@example.com")->has_value());
        CHECK(say(*table, "user60000@example.com") == "-");
    }
}

TEST_CASE("a store is changed entry by entry, and walked through while it changes", "[store]") {
    for (const char* type : changed_types) {
        World world;
        INFO(type);
        auto store = open_store(world.registry, std::string(type) + ":" + world.folder.file("t"));
        REQUIRE(store);
        for (const char* key : {"a", "b", "c", "d"})
            CHECK(*(*store)->put(key, "1", OnDuplicate::keep));
        CHECK(!*(*store)->put("a", "2", OnDuplicate::keep));
        CHECK(*(*store)->put("b", "2", OnDuplicate::replace));
        CHECK(*(*store)->remove("c"));
        CHECK(!*(*store)->remove("c"));
        CHECK(**(*store)->find("b") == "2");
        CHECK(!(*store)->find("c")->has_value());

        std::vector<std::string> keys;
        std::optional<std::string> last;
        for (;;) {
            auto entry = (*store)->next(last ? std::optional<std::string_view>(*last) : std::nullopt);
            REQUIRE(entry);
            if (!*entry) break;
            keys.push_back((*entry)->key);
            last = (*entry)->key;
            CHECK(*(*store)->remove(*last));
        }
        std::ranges::sort(keys);
        CHECK(keys == std::vector<std::string>{"a", "b", "d"});
        CHECK((*store)->sync());
    }
}

TEST_CASE("keys with and without a NUL at the end are found", "[store]") {
    for (const char* type : {"hash", "btree", "lmdb", "cdb"}) {
        for (const auto nul : {Nul::with, Nul::without}) {
            World world;
            const auto name = std::string(type) + ":" + world.folder.file("t");
            auto maker = make_table(world.registry, name, {.nul = nul});
            REQUIRE((*maker)->put("a", "1", OnDuplicate::keep));
            REQUIRE((*maker)->commit());
            const auto table = world.open(name);
            CHECK(say(*table, "b") == "-");
            CHECK(say(*table, "a") == "1");
            CHECK(list(*table) == std::vector<std::string>{"a=1"});
        }
    }
}

TEST_CASE("what cannot be written says so", "[store]") {
    World world;
    CHECK(open_store(world.registry, "static:x", {.operation = "delete"}).error().text ==
          "table static:x: delete operation is not supported");
    CHECK(make_table(world.registry, "regexp:/x").error().text ==
          "unsupported dictionary type: regexp does not support bulk-mode creation.");
    CHECK(make_table(world.registry, "foo:/x").error().text == "unsupported dictionary type: foo");
    CHECK(make_table(world.registry, "hash:" + world.folder.file("no/t"))
              .error()
              .text.ends_with("no/t.db: No such file or directory"));
}

TEST_CASE("a daemon reads its copy, whatever becomes of the file", "[store]") {
    for (const char* type : {"hash", "btree"}) {
        World world;
        const auto name = world.make(type, "t", {{"a", "1"}});
        const auto table = world.open(name);
        std::filesystem::resize_file(path_of(name), 0);
        CHECK(say(*table, "a") == "1");
        CHECK(say(*table, "b") == "-");
        CHECK(world.registry.watched_files() == std::vector<std::string>{path_of(name)});
    }
}

TEST_CASE("a command holds the lock while it reads in place", "[store]") {
    World world;
    const auto name = world.make("hash", "t", {{"a", "1"}});
    const auto table = world.open(name, {.in_place = true});
    const auto file = open_file(path_of(name), O_RDWR);
    REQUIRE(file);
    CHECK(!*try_lock(file->get(), LockKind::exclusive, "t"));
    CHECK(say(*table, "a") == "1");
}

TEST_CASE("a damaged file is an error, not an absence", "[store]") {
    for (const char* type : made_types) {
        World world;
        INFO(type);
        const auto name = std::string(type) + ":" + world.folder.file("t");
        world.folder.write(std::filesystem::path(path_of(name)).filename().string(),
                           std::string(300, 'x'));
        const auto table = world.registry.open_or_unavailable(name);
        CHECK(!ask(*table, "a"));
    }
}

TEST_CASE("opening a table beside a writer sees the old one or the new one", "[store]") {
    // Debian's postmap truncates and fills the same file, under an exclusive flock.
    World world;
    std::vector<Entry> many;
    for (int i = 0; i < 3000; ++i) many.push_back({"user" + std::to_string(i), "large"});
    const auto small = path_of(world.make("hash", "small", {{"user1", "small"}}));
    const auto large = path_of(world.make("hash", "large", many));
    const auto name = world.make("hash", "t", {{"user1", "small"}});

    std::atomic<bool> is_done = false;
    std::thread writer([&] {
        const auto contents = {*read_file(large), *read_file(small)};
        const Fd fd(::open(path_of(name).c_str(), O_RDWR));
        while (!is_done)
            for (const auto& content : contents) {
                ::flock(fd.get(), LOCK_EX);
                std::ignore = ::ftruncate(fd.get(), 0);
                for (std::size_t at = 0; at < content.size(); at += 4096)
                    std::ignore = ::pwrite(fd.get(), content.data() + at,
                                           std::min<std::size_t>(4096, content.size() - at),
                                           static_cast<off_t>(at));
                ::flock(fd.get(), LOCK_UN);
            }
    });
    int wrong = 0;
    for (int i = 0; i < 500; ++i) {
        Registry registry(Settings(), {});
        auto table = registry.open(name);
        const auto found = table ? say(**table, "user1") : table.error().text;
        if (found != "small" && found != "large") ++wrong;
    }
    is_done = true;
    writer.join();
    CHECK(wrong == 0);
}
