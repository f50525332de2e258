#include "lib/base/fd.h"

#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <array>

using namespace postern;
using postern::test::TemporaryFolder;

namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

Result<void> put(const std::string& path, std::string_view text) {
    auto fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!fd) return fd.error();
    return write_all(fd->get(), text, path);
}

}  // namespace

TEST_CASE("a descriptor closes with its owner, and moves", "[base]") {
    auto opened = open_file("/dev/null", O_RDONLY);
    REQUIRE(opened);
    const int number = opened->get();
    {
        Fd owner = std::move(*opened);
        CHECK_FALSE(static_cast<bool>(*opened));
        Fd other;
        other = std::move(owner);
        CHECK(other.get() == number);
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("a released descriptor stays open", "[base]") {
    int number;
    {
        auto opened = open_file("/dev/null", O_RDONLY);
        number = opened->release();
    }
    CHECK(is_open(number));
    ::close(number);
}

TEST_CASE("descriptors close on exec", "[base]") {
    auto opened = open_file("/dev/null", O_RDONLY);
    CHECK((::fcntl(opened->get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("an error names the file, and a missing one is permanent", "[base]") {
    auto opened = open_file("/nonexistent/file", O_RDONLY);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().text == "open /nonexistent/file: No such file or directory");
    CHECK(opened.error().is_permanent());
}

TEST_CASE("files are written and read whole, or not above the bound", "[base]") {
    const TemporaryFolder folder;
    const std::string text(100000, 'x');
    REQUIRE(put(folder.path("a"), text));
    CHECK(*read_file(folder.path("a")) == text);
    CHECK(read_file(folder.path("a"), 99999).error().code == Errc::too_long);
    CHECK(*read_file(folder.path("a"), 100000) == text);
}

TEST_CASE("reading at an offset gives less only at the end", "[base]") {
    const TemporaryFolder folder;
    REQUIRE(put(folder.path("a"), "0123456789"));
    auto fd = open_file(folder.path("a"), O_RDWR);
    std::array<char, 4> buffer{};
    CHECK(*read_at(fd->get(), buffer, 3, "a") == 4);
    CHECK(std::string_view(buffer.data(), 4) == "3456");
    CHECK(*read_at(fd->get(), buffer, 8, "a") == 2);
    REQUIRE(write_all_at(fd->get(), "ab", 1, "a"));
    CHECK(*read_file(folder.path("a")) == "0ab3456789");
}

TEST_CASE("a path that is not there has no status, which is no error", "[base]") {
    const TemporaryFolder folder;
    auto status = status_of_path(folder.path("none"));
    REQUIRE(status);
    CHECK_FALSE(*status);
    REQUIRE(put(folder.path("a"), "abc"));
    CHECK((*status_of_path(folder.path("a")))->st_size == 3);
    CHECK_FALSE(*status_of_path(folder.path("a/b")));
}

TEST_CASE("a file is replaced with its mode, and nothing is left beside it", "[base]") {
    const TemporaryFolder folder;
    REQUIRE(put(folder.path("a"), "old"));
    REQUIRE(replace_file(folder.path("a"), "new", 0640));
    CHECK(*read_file(folder.path("a")) == "new");
    CHECK(((*status_of_path(folder.path("a")))->st_mode & 07777) == 0640);
    REQUIRE(::mkdir(folder.path("d").c_str(), 0700) == 0);
    CHECK_FALSE(replace_file(folder.path("d"), "x", 0600));   // a folder is in the way
    const auto entries = std::filesystem::directory_iterator(folder.path());
    CHECK(std::distance(begin(entries), end(entries)) == 2);
}

TEST_CASE("directories are made with their parents; those there stay", "[base]") {
    const TemporaryFolder folder;
    REQUIRE(make_directories(folder.path("a/b/c"), 0700));
    REQUIRE(make_directories(folder.path("a/b/c"), 0755));
    CHECK(((*status_of_path(folder.path("a/b/c")))->st_mode & 07777) == 0700);
    REQUIRE(put(folder.path("file"), ""));
    CHECK_FALSE(make_directories(folder.path("file/d"), 0700));
}

TEST_CASE("a lock that somebody else holds is told at once", "[base]") {
    const TemporaryFolder folder;
    REQUIRE(put(folder.path("a"), ""));
    auto first = open_file(folder.path("a"), O_RDWR);
    auto second = open_file(folder.path("a"), O_RDWR);
    CHECK(*try_lock(first->get(), LockKind::shared, "a"));
    CHECK(*try_lock(second->get(), LockKind::shared, "a"));
    CHECK_FALSE(*try_lock(second->get(), LockKind::exclusive, "a"));
    first->reset();
    REQUIRE(lock(second->get(), LockKind::exclusive, "a"));
}
