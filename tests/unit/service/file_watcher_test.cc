#include "lib/service/file_watcher.h"

#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>

using namespace postern;
using postern::event::Loop;
using postern::event::Sleep;
using postern::service::FileWatcher;

namespace {

Task<void> until_set(Loop& loop, const int& changes, int wanted) {
    while (changes < wanted) co_await Sleep(loop, loop.in(milliseconds(1)));
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

/// A file that is watched, and how often it was said to have changed.
void expect_changes_to_be_known(FileWatcher::By means) {
    const postern::test::TemporaryFolder folder;
    const std::string path = folder.path() + "/table.db", other = folder.path() + "/other";
    write(path, "one");
    Loop loop;
    int changes = 0;
    FileWatcher watcher(loop, [&] { ++changes; }, means);
    REQUIRE(watcher.watch({path}));
    write(other, "not watched");
    write(path, "rewritten in place");
    loop.run(until_set(loop, changes, 1));
    const int before = changes;
    REQUIRE(std::rename(other.c_str(), path.c_str()) == 0);
    loop.run(until_set(loop, changes, before + 1));
}

}  // namespace

TEST_CASE("a file that is rewritten or replaced is known to have changed", "[service]") {
    expect_changes_to_be_known(FileWatcher::By::notices);
}

TEST_CASE("where the kernel gives no notices, changes are found by looking", "[service]") {
    expect_changes_to_be_known(FileWatcher::By::looking);
}

TEST_CASE("a file in a folder that is not there cannot be watched", "[service]") {
    Loop loop;
    FileWatcher watcher(loop, [] {});
    CHECK_FALSE(watcher.watch({"/nowhere/table.db"}));
}
