#include "services/spawn/runner.h"

#include "services/spawn/attributes.h"
#include "tests/unit/collected_lines.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

namespace postern::spawn {

namespace {

struct Case {
    explicit Case(const char* script, seconds limit = seconds(100)) : time_limit(limit) {
        std::signal(SIGPIPE, SIG_IGN);
        program.arguments = {"/bin/sh", "-c", script};
        program.environment = {"PATH=/usr/bin:/bin"};
        program.identity = {65534, 65534};
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        peer = Fd(ends[0]);
        session.socket = Fd(ends[1]);
    }
    /// What the peer reads once the command has ended.
    std::string run() {
        Runner runner(program, time_limit, loop, log);
        loop.run(runner.run(std::move(session)));
        char text[100];
        const ssize_t got = ::read(peer.get(), text, sizeof text);
        return {text, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }

    event::Loop loop;
    CollectedLines lines;
    Log log = lines.log();
    service::Program program;
    const seconds time_limit;
    service::Session session;
    Fd peer;
};

config::Config config() {
    return std::move(*config::Config::from_text("compatibility_level = 3.6\nmail_owner = daemon\n"));
}

}  // namespace

TEST_CASE("the command speaks with the client", "[spawn]") {
    Case test("read line; echo \"got $line\"");
    REQUIRE(::write(test.peer.get(), "hello\n", 6) == 6);
    CHECK(test.run() == "got hello\n");
    CHECK(test.lines.text().empty());
}

TEST_CASE("a command that does not end well is warned of", "[spawn]") {
    Case failed("exit 3");
    failed.run();
    CHECK(failed.lines.text() == "warning: command /bin/sh exit status 3\n");
    Case killed("kill -TERM $$");
    killed.run();
    CHECK(killed.lines.text() == "warning: command /bin/sh killed by signal 15\n");
}

TEST_CASE("a command is killed at its time limit", "[spawn]") {
    Case test("exec sleep 1000", seconds(0));
    test.run();
    CHECK(test.lines.text().find("command time limit exceeded\n") != std::string::npos);
}

TEST_CASE("row 27: spawn wants a user, who is not root, and a command", "[spawn]") {
    const auto complaint = [](const std::vector<std::string>& words) {
        const auto attributes = Attributes::parse(words, config());
        REQUIRE_FALSE(attributes);
        return attributes.error().text;
    };
    CHECK(complaint({"argv=/bin/x"}) == "missing user= attribute");
    CHECK(complaint({"user=nobody"}) == "missing argv= attribute");
    CHECK(complaint({"user=root", "argv=/bin/x"}) ==
          "user= command-line attribute specifies root privileges");
    CHECK(complaint({"size=1"}) == "unknown attribute name: size=1");
    const auto good = Attributes::parse({"user=nobody", "argv=/bin/x", "-f"}, config());
    REQUIRE(good);
    CHECK(good->argv == std::vector<std::string>{"/bin/x", "-f"});
}

}  // namespace postern::spawn
