#include "master/command_line.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::master;

namespace {

std::vector<std::string> words(const std::string& line, const master::StartDetails& details) {
    auto file = config::parse_master_cf(line, "master.cf");
    REQUIRE(file);
    return master::command_line(file->entries.front(), details);
}

}  // namespace

TEST_CASE("a program is started under its name with what the columns say", "[master]") {
    CHECK(words("smtp inet n - y - 1 smtpd -v -o smtpd_banner=hello",
                {.sockets = 2, .share = 1, .stress = true, .verbosity = 1}) ==
          std::vector<std::string>{"smtpd", "-n", "smtp", "-t", "inet", "-s", "2", "-L", "1", "-c",
                                   "-u", "-l", "-S", "-v", "-v", "-o", "smtpd_banner=hello"});
}

TEST_CASE("a service with root's rights and without bounds has fewer words", "[master]") {
    CHECK(words("local unix - n n - - local", {}) ==
          std::vector<std::string>{"local", "-n", "local", "-t", "unix", "-s", "1", "-L", "-1"});
}

TEST_CASE("arguments in braces are one word", "[master]") {
    const auto found = words("x unix - n n - - pipe user=nobody argv=/bin/cat { a b }", {});
    CHECK(found.back() == "a b");
}
