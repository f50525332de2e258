#include "lib/config/directory.h"

#include "lib/config/environment.h"

#include <catch2/catch.hpp>

using namespace postern::config;

TEST_CASE("a set-gid program reads only directories that main.cf lists", "[config]") {
    CHECK(check_directory_as_set_gid(default_directory()));
    CHECK(!check_directory_as_set_gid("/tmp/strange"));
}

TEST_CASE("an option says more than the environment", "[config]") {
    CHECK(choose_directory("/x") == "/x");
}

TEST_CASE("the environment keeps the names listed, and takes values set", "[config]") {
    const std::vector<std::string> now{"A=1", "B=2", "PATH=/bin"};
    CHECK(filter_environment(now, {"B", "C", "A=x y", "{ D = e f }"}) ==
          std::vector<std::string>{"B=2", "A=x y", "D=e f"});
    CHECK(filter_environment(now, {}).empty());
}
