#include "local/users_file.h"

#include "lib/base/fd.h"
#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

using namespace postern;
using namespace postern::local;

namespace {

/// Whoever runs the test, with a folder.
struct Home {
    test::TemporaryFolder folder;
    User user{"me", "", "", {::geteuid(), ::getegid()}};

    std::string file(const std::string& name, mode_t mode = 0644) const {
        REQUIRE(replace_file(folder.path(name), "friend@host.example\n", mode));
        REQUIRE(::chmod(folder.path(name).c_str(), mode) == 0);
        return folder.path(name);
    }
    std::string trouble(const std::string& path) const {
        const auto read = read_forward_file(path, user);
        REQUIRE_FALSE(read);
        CHECK(read.error().is_permanent());
        return read.error().text;
    }
};

}  // namespace

TEST_CASE("a .forward file is read, and one that is not there is none", "[users_file]") {
    const Home home;
    const auto read = read_forward_file(home.file(".forward"), home.user);
    REQUIRE(read);
    CHECK(**read == "friend@host.example\n");
    const auto absent = read_forward_file(home.folder.path("no/.forward"), home.user);
    REQUIRE(absent);
    CHECK_FALSE(*absent);
}

TEST_CASE("a .forward file that anybody may have written is not used", "[users_file]") {
    const Home home;
    const std::string open = home.file("open", 0666);
    CHECK(home.trouble(open) == "file " + open + " is world writable");

    const std::string link = home.folder.path("link");
    REQUIRE(::symlink(home.file("real").c_str(), link.c_str()) == 0);
    CHECK(home.trouble(link) == "file " + link + " is not a regular file");
    CHECK(home.trouble(home.folder.path()) ==
          "file " + home.folder.path() + " is not a regular file");

    const std::string fifo = home.folder.path("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(home.trouble(fifo) == "file " + fifo + " is not a regular file");
}

TEST_CASE("a .forward file of another user is not used", "[users_file]") {
    if (::geteuid() != 0) return;
    const Home home;
    const std::string path = home.file("other");
    REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
    CHECK(home.trouble(path) == "file " + path + " has bad owner uid 65534");
}

TEST_CASE("an include file has an absolute path", "[users_file]") {
    const auto read = read_include_file("members", std::nullopt);
    REQUIRE_FALSE(read);
    CHECK(read.error().text == ":include:members uses a relative path");
}

TEST_CASE("an include file of a user is read in the user's name", "[users_file]") {
    const Home home;
    const auto read = read_include_file(home.file("members"), home.user);
    REQUIRE(read);
    CHECK(read->content == "friend@host.example\n");
    REQUIRE(read->rights);
    CHECK(read->rights->name == "me");
}

TEST_CASE("an include file that is not there is a mistake", "[users_file]") {
    const Home home;
    const std::string path = home.folder.path("no");
    for (const auto& user : {std::optional(home.user), std::optional<User>()}) {
        const auto read = read_include_file(path, user);
        REQUIRE_FALSE(read);
        CHECK(read.error().is_permanent());
        CHECK(read.error().text ==
              "unable to lookup :include: file " + path + ": No such file or directory");
    }
}
