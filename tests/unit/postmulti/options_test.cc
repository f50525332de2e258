#include "tools/postmulti/list_edit.h"
#include "tools/postmulti/options.h"

#include <catch2/catch.hpp>
#include <unistd.h>

namespace postern::postmulti {

namespace {

Result<Options> parse(std::vector<std::string> words) {
    words.insert(words.begin(), "postmulti");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::optind = 0;
    return parse_options(static_cast<int>(words.size()), argv.data());
}

std::string error_of(std::vector<std::string> words) { return parse(std::move(words)).error().text; }

}  // namespace

TEST_CASE("exactly one mode is chosen", "[postmulti]") {
    CHECK(error_of({}) == "Specify exactly one of '-e', '-l', '-p', '-x'");
    CHECK(error_of({"-l", "-p", "start"}) == "Specify exactly one of '-e', '-l', '-p', '-x'");
    CHECK(parse({"-l"})->mode == Mode::list);
}

TEST_CASE("a command follows -p and -x, with its own options, and none follows -l", "[postmulti]") {
    CHECK(error_of({"-p"}) == "Command required with '-p' or '-x' option");
    CHECK(error_of({"-l", "start"}) == "Command not allowed with '-l'");
    const auto options = parse({"-g", "grp", "-x", "ls", "-l"});
    REQUIRE(options);
    CHECK(options->mode == Mode::command);
    CHECK(options->group == "grp");
    CHECK(options->words == std::vector<std::string>{"ls", "-l"});
}

TEST_CASE("instances are chosen in one way only", "[postmulti]") {
    const std::string refusal = "Specify no more than one of '-a', '-g', '-i'";
    CHECK(error_of({"-a", "-g", "g", "-l"}) == refusal);
    CHECK(error_of({"-i", "i", "-g", "g", "-x", "true"}) == refusal);
    CHECK(parse({"-a", "-l"}));
}

TEST_CASE("an action is known, and has what it needs", "[postmulti]") {
    CHECK(error_of({"-e", "foo"}).starts_with("Invalid '-e' edit action 'foo'. Specify 'create', "));
    CHECK(error_of({"-e", "destroy"}) == "Select an instance via '-i name'");
    CHECK(error_of({"-e", "enable", "-i", "a", "-I", "postfix-b"}) ==
          "Cannot assign instance name or group with '-e enable'");
    CHECK(error_of({"-e", "init", "a=b"}) == "Parameter overrides not valid with '-e init'");
    CHECK(error_of({"-R", "-p", "start"}) == "The '-p' and '-e' options preclude the use of '-R'");
    CHECK(parse({"-e", "create", "-I", "postfix-b", "queue_directory=/q"})->words.size() == 1);
}

TEST_CASE("a directory goes before another, or to the end, and only once", "[postmulti]") {
    CHECK(with({"/a", "/b"}, "/c", "/b") == "/a /c /b");
    CHECK(with({"/a", "/b"}, "/c", "") == "/a /b /c");
    CHECK(with({"/a", "/b"}, "/b", "/a") == "/a /b");
    CHECK(without({"/a", "/b"}, "/a") == "/b");
}

}  // namespace postern::postmulti
