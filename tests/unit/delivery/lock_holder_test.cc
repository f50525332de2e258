#include "lib/delivery/lock_holder.h"

#include "lib/base/strings.h"

#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::delivery;

namespace {

/// Ours with the word at that place of the second line replaced.
std::string with(std::size_t place, std::string word) {
    const std::string ours = lock_holder();
    const auto lines = split(ours, "\n");
    auto words = split(lines[1]);
    words[place] = word;
    return std::string(lines[0]) + "\n" + std::string(words[0]) + " " + std::string(words[1]) +
           " " + std::string(words[2]) + "\n";
}

std::string first_line_of(pid_t process) {
    const std::string ours = lock_holder();
    return std::to_string(process) +
           ours.substr(ours.find(':'), ours.find('\n') - ours.find(':') + 1);
}

}  // namespace

TEST_CASE("the lock of a process that lives is no orphan", "[lock]") {
    CHECK_FALSE(is_orphaned(lock_holder()));
    CHECK_FALSE(is_orphaned(first_line_of(::getpid())));
}

TEST_CASE("after a reboot the number may be another process's", "[lock]") {
    CHECK(is_orphaned(with(0, "11111111-2222-3333-4444-555555555555")));
}

TEST_CASE("a number that came round is another process", "[lock]") {
    CHECK(is_orphaned(with(1, "1")));
    CHECK_FALSE(is_orphaned(with(1, "?")));  // whoever wrote it could not tell
}

TEST_CASE("numbers of another namespace say nothing", "[lock]") {
    CHECK_FALSE(is_orphaned(with(2, "pid:[1]")));
}

TEST_CASE("the lock of another program counts while its process lives", "[lock]") {
    const pid_t gone = ::fork();
    if (gone == 0) ::_exit(0);
    int status = 0;
    REQUIRE(::waitpid(gone, &status, 0) == gone);
    CHECK(is_orphaned(first_line_of(gone)));
}

TEST_CASE("of what no host and process stands in, only the age tells", "[lock]") {
    CHECK_FALSE(is_orphaned(""));
    CHECK_FALSE(is_orphaned("0"));
    CHECK_FALSE(is_orphaned("4194303"));
    CHECK_FALSE(is_orphaned("4194303:elsewhere.example\n"));
    CHECK_FALSE(is_orphaned("x:y\na b c\n"));
}
