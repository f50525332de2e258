#include "lib/event/file_sync.h"

#include "lib/event/group.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdlib>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

/// A file on a disk, which has no name any more.
Fd some_file() {
    std::string path = "file_sync_test.XXXXXX";
    Fd file(::mkstemp(path.data()));
    REQUIRE(file);
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::write(file.get(), "text", 4) == 4);
    return file;
}

Task<void> sync_own(FileSync& files, Fd file, int& done) {
    auto synced = co_await files.sync(file.get(), "file");
    if (synced) ++done;
}

/// As many files at once as `count`: how many of them were synced.
int synced_of(FileSync& files, Loop& loop, int count) {
    int done = 0;
    TaskGroup group(loop);
    for (int i = 0; i < count; ++i) group.spawn(sync_own(files, some_file(), done));
    loop.run(group.all_ended());
    return done;
}

}  // namespace

TEST_CASE("files are synced side by side, more than the kernel takes at once too", "[event]") {
    Loop loop;
    Pool pool(loop, 0);
    FileSync files(loop, pool, 4);
    CHECK(synced_of(files, loop, 50) == 50);
}

TEST_CASE("where the kernel has no queue, threads sync the files", "[event]") {
    Loop loop;
    Pool pool(loop, 2);
    FileSync files(loop, pool, 0);   // none so small
    CHECK(synced_of(files, loop, 10) == 10);
}

TEST_CASE("what cannot be synced is an error that names it", "[event]") {
    Loop loop;
    Pool pool(loop, 1);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const Fd reader(ends[0]), writer(ends[1]);
    for (const std::size_t at_once : {0u, 4u}) {
        FileSync files(loop, pool, at_once);
        auto synced = loop.run(files.sync(writer.get(), "pipe"));
        REQUIRE_FALSE(synced);
        CHECK(synced.error().text == "sync pipe: Invalid argument");
        auto closed = loop.run(files.sync(-1, "nothing"));
        REQUIRE_FALSE(closed);
        CHECK(closed.error().text == "sync nothing: Bad file descriptor");
    }
}

TEST_CASE("a file may be closed, and its wait ended, before it is with the kernel or after",
          "[event]") {
    Loop loop;
    Pool pool(loop, 1);
    FileSync files(loop, pool, 2);
    int done = 0;
    for (const int turns_before : {0, 1, 2}) {
        {
            TaskGroup group(loop);
            for (int i = 0; i < 5; ++i) group.spawn(sync_own(files, some_file(), done));
            loop.run(turns(loop, turns_before));
        }
        const int before = done;
        CHECK(synced_of(files, loop, 5) == 5);
        done = before;
    }
}
