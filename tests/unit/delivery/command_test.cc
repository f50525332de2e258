#include "lib/delivery/command.h"

#include "tests/unit/delivery/lab.h"

#include <unistd.h>

using namespace postern;
using namespace postern::delivery;

namespace {

CommandResult run(const std::string& command, const Lab& lab, seconds limit = seconds(60)) {
    CommandSpec spec;
    spec.command = command;
    spec.identity = {::getuid(), ::getgid()};
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.time_limit = limit;
    auto result = run_command(spec, "head\n", unchanged(lab.content()));
    REQUIRE(result);
    return *result;
}

std::string verdict(const std::string& command) {
    const Lab lab({"x"});
    const auto verdict = judge(run(command, lab), command);
    return verdict.status.text() + " " + verdict.text;
}

}  // namespace

TEST_CASE("a command reads the head, then the content", "[command]") {
    const Lab lab({"one", "two"});
    CHECK(run("/bin/cat", lab).output == "head\none\ntwo\n");
}

TEST_CASE("a command that does not read is not at fault", "[command]") {
    const Lab lab(std::vector<std::string>(20000, std::string(60, 'x')));
    CHECK(run("/bin/true", lab).exit_status == 0);
}

TEST_CASE("of the output 4 KiB are kept", "[command]") {
    const Lab lab({"x"});
    CHECK(run("head -c 100000 /dev/zero", lab).output.size() == 4096);
}

TEST_CASE("a command is killed at its time limit, its children with it", "[command]") {
    const Lab lab({"x"});
    const auto result = run("sleep 1000 & sleep 1000; true", lab, seconds(0));
    CHECK(result.is_late);
    CHECK(judge(result, "sleep").text == "Command time limit exceeded: \"sleep\"");
}

TEST_CASE("exit statuses mean what sysexits.h says", "[command]") {
    CHECK(verdict("exit 67") == "5.1.1 user unknown");
    CHECK(verdict("exit 75") == "4.3.0 temporary failure");
    CHECK(verdict("echo a; echo b; exit 77") == "5.7.0 permission denied. Command output: a b ");
    CHECK(verdict("exit 99") == "5.3.0 Command died with status 99: \"exit 99\"");
    CHECK(verdict("kill -9 $$") == "4.3.0 Command died with signal 9: \"kill -9 $$\"");
}

TEST_CASE("a status code in the output of a failure counts more", "[command]") {
    CHECK(verdict("echo 5.7.9 go away; exit 75") == "5.7.9 go away ");
    CHECK(verdict("echo 4.7.9 later; exit 77") == "4.7.9 later ");
}

TEST_CASE("a success code in the output of a failure does not make it one", "[command]") {
    CHECK(verdict("echo 2.1.5 fine; exit 69") ==
          "5.3.0 service unavailable. Command output: 2.1.5 fine ");
}

TEST_CASE("reports have what the command said, or what its exit status means", "[command]") {
    const auto diagnosis = [](int status, const std::string& output) {
        CommandResult result;
        result.exit_status = status;
        result.output = output;
        return judge(result, "x").diagnosis;
    };
    CHECK(diagnosis(67, "") == "user unknown");
    CHECK(diagnosis(99, "") == "unknown mail system error 99");
    CHECK(diagnosis(99, "a\nb\n") == "a b");
    CHECK(diagnosis(75, "5.7.9 go away\n") == "go away");
    CommandResult late;
    late.is_late = true;
    CHECK(judge(late, "x").diagnosis == "internal software error");
}

TEST_CASE("of the output of a success only the beginning is told", "[command]") {
    CHECK(verdict("echo well done") == "2.0.0 well done");
    CHECK(verdict("head -c 1000 /dev/zero | tr '\\0' x").size() == 106);
}

TEST_CASE("a command that is not there is tried again later", "[command]") {
    CHECK(verdict("/no/such") ==
          "4.3.0 temporary failure. Command output: execute /no/such: No such "
          "file or directory ");
}
