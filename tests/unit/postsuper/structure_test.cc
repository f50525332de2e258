#include "tools/postsuper/structure.h"

#include "tests/unit/collected_lines.h"
#include "tests/unit/queue/scratch_spool.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

using namespace postern;
using namespace postern::postsuper;
using postern::queue::Layout;
using postern::queue::QueueId;
using postern::queue::ScratchSpool;
using postern::queue::Spool;

namespace {

ino_t put(const ScratchSpool& spool, const std::string& name, mode_t mode = 0700) {
    spool.put(name, "x");
    REQUIRE(chmod(spool.path(name).c_str(), mode) == 0);
    struct stat status;
    REQUIRE(stat(spool.path(name).c_str(), &status) == 0);
    return status.st_ino;
}

/// Repairs with another layout; what was said and how many were renamed.
struct Repaired {
    std::string said;
    int renamed;
};
Repaired repair(const ScratchSpool& scratch, StructureSettings settings, Layout layout = {}) {
    REQUIRE(chdir(scratch.path("").c_str()) == 0);
    const Spool spool = *Spool::open(".", std::move(layout));
    CollectedLines lines;
    Structure structure(spool, std::move(settings), lines.log());
    REQUIRE(structure.repair());
    REQUIRE(structure.remove_needless_folders());
    return {lines.text(), structure.renamed()};
}

}  // namespace

TEST_CASE("after a restore messages and their logs are named after the new inodes", "[postsuper]") {
    ScratchSpool spool;
    const ino_t inode = put(spool, "deferred/8/86D14FFFFF");
    put(spool, "defer/8/86D14FFFFF", 0600);
    const std::string id = QueueId::make_short(WallTime(microseconds(0x86D14)), inode).text();
    CHECK(repair(spool, {}).renamed == 1);
    CHECK(spool.has("deferred/8/" + id));
    CHECK(spool.has("defer/8/" + id));
    CHECK(repair(spool, {}).renamed == 0);
}

TEST_CASE("two messages that change names with each other both live", "[postsuper]") {
    ScratchSpool spool;
    const ino_t a = put(spool, "hold/first"), b = put(spool, "hold/second");
    const WallTime same = WallTime(microseconds(0x12345));
    const std::string id_a = QueueId::make_short(same, a).text(),
                      id_b = QueueId::make_short(same, b).text();
    std::filesystem::rename(spool.path("hold/first"), spool.path("hold/" + id_b));
    std::filesystem::rename(spool.path("hold/second"), spool.path("hold/" + id_a));
    CHECK(repair(spool, {}).renamed == 2);
    struct stat status;
    REQUIRE(stat(spool.path("hold/" + id_a).c_str(), &status) == 0);
    CHECK(status.st_ino == a);
    CHECK(spool.has("hold/" + id_b));
}

TEST_CASE("a repair that was interrupted is finished", "[postsuper]") {
    ScratchSpool spool;
    const ino_t inode = put(spool, "hold/first");
    const std::string id = QueueId::make_short(WallTime(microseconds(0x86D14)), inode).text();
    std::filesystem::rename(spool.path("hold/first"), spool.path("hold/" + id + "#FIX"));
    put(spool, "defer/" + id.substr(0, 1) + "/" + id + "#FIX", 0600);
    const Repaired again = repair(spool, {});
    CHECK(again.renamed == 0);
    CHECK(again.said.empty());
    CHECK(spool.has("hold/" + id));
    CHECK(spool.has("defer/" + id.substr(0, 1) + "/" + id));
}

TEST_CASE("long names stay, unless long ids are off or -S asks", "[postsuper]") {
    ScratchSpool spool;
    put(spool, "hold/4jYmpM0BLTz1bY0n");
    CHECK(repair(spool, {.enable_long_queue_ids = true}).renamed == 0);
    CHECK(repair(spool, {.enable_long_queue_ids = true, .check_long_names = true}).renamed == 1);
    CHECK(repair(spool, {.enable_long_queue_ids = false}).renamed == 1);
    CHECK(std::filesystem::directory_iterator(spool.path("hold"))
              ->path()
              .filename()
              .string()
              .starts_with("06D61"));
}

TEST_CASE("another hash depth moves files, and empty folders go", "[postsuper]") {
    ScratchSpool spool;
    const ino_t inode = put(spool, "hold/x");
    const std::string id = QueueId::make_short(WallTime(microseconds(0x86D14)), inode).text();
    std::filesystem::create_directories(spool.path("deferred/8/6"));
    std::filesystem::rename(spool.path("hold/x"), spool.path("deferred/8/6/" + id));
    CHECK(repair(spool, {}).renamed == 0);
    CHECK(spool.has("deferred/8/" + id));
    CHECK_FALSE(spool.has("deferred/8/6"));
    repair(spool, {}, Layout{{}, 1});
    CHECK(spool.has("deferred/" + id));
    CHECK_FALSE(spool.has("deferred/8"));
}

TEST_CASE("a name that no message has is warned of", "[postsuper]") {
    ScratchSpool spool;
    put(spool, "incoming/12345.99");
    CHECK(repair(spool, {}).said == "warning: bogus file name: incoming/12345.99\n");
}

TEST_CASE("what was not finished within a week is purged", "[postsuper]") {
    ScratchSpool scratch;
    for (const char* name : {"incoming/AAAAA1", "incoming/AAAAA2", "incoming/AAAAA3"})
        put(scratch, name, name[std::string_view(name).size() - 1] == '3' ? 0700 : 0600);
    const auto set_age = [&](const char* name, int days) {
        const timespec when = {.tv_sec = 1'000'000'000 - days * 86400, .tv_nsec = 0};
        const std::array times = {when, when};
        REQUIRE(utimensat(AT_FDCWD, scratch.path(name).c_str(), times.data(), 0) == 0);
    };
    set_age("incoming/AAAAA1", 8);
    set_age("incoming/AAAAA2", 6);
    set_age("incoming/AAAAA3", 8);
    REQUIRE(chdir(scratch.path("").c_str()) == 0);
    CollectedLines lines;
    Structure structure(*scratch, {}, lines.log());
    REQUIRE(structure.purge(from_unix(1'000'000'000)));
    CHECK_FALSE(scratch.has("incoming/AAAAA1"));
    CHECK(scratch.has("incoming/AAAAA2"));
    CHECK(scratch.has("incoming/AAAAA3"));
}
