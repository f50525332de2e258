// tls_random_source and tls_random_exchange_name.
#include "services/tlsmgr/randomness.h"

#include "lib/base/fd.h"
#include "lib/event/group.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/collected_lines.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace postern::tlsmgr {

namespace {

struct Fixture {
    event::Loop loop;
    CollectedLines lines;
    test::TemporaryFolder folder;

    RandomSettings settings(const std::string& main_cf) {
        return RandomSettings(*config::Config::from_text(
            "tls_random_exchange_name = " + folder.path() + "/exchange\n" + main_cf));
    }
};

}  // namespace

TEST_CASE("random bytes are handed to the next tlsmgr in a file that nobody else can read", "[tlsmgr]") {
    Fixture fixture;
    Randomness randomness(fixture.loop, fixture.settings(""), fixture.lines.log());
    const std::string path = fixture.folder.path() + "/exchange";
    event::TaskGroup tasks(fixture.loop);
    tasks.spawn(randomness.update_regularly());
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const std::string first = *read_file(path);
    CHECK(first.size() == 1024);
    Randomness next(fixture.loop, fixture.settings(""), fixture.lines.log());
    tasks.spawn(next.update_regularly());
    CHECK(*read_file(path) != first);
    CHECK(fixture.lines.text().empty());
}

TEST_CASE("a source that cannot be read is said", "[tlsmgr]") {
    Fixture fixture;
    for (const char* source : {"dev:/nowhere", "/nowhere", "egd:/nowhere"})
        Randomness(fixture.loop, fixture.settings("tls_random_source = " + std::string(source) + "\n"),
                   fixture.lines.log());
    CHECK(fixture.lines.text() == "warning: tls_random_source: /nowhere: No such file or directory\n"
                                  "warning: tls_random_source: /nowhere: No such file or directory\n"
                                  "warning: tls_random_source: /nowhere: No such file or directory\n");
}

}  // namespace postern::tlsmgr
