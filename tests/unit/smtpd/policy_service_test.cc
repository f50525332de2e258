#include "smtpd/rules/policy_service.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

namespace postern::smtpd::test {

namespace {

config::Config config() { return *config::Config::from_text("myhostname = mx.example\n"); }

/// What a server's bytes come to; it closes the connection after them.
Result<std::string> action_of(std::string_view reply) {
    event::Loop loop;
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    event::Stream client(loop, Fd(pair[0]));
    const Fd server(pair[1]);
    for (std::size_t sent = 0; sent < reply.size();) {
        const auto count = ::write(server.get(), reply.data() + sent, reply.size() - sent);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
    }
    ::shutdown(server.get(), SHUT_WR);
    return loop.run(read_policy_action(client, loop.in(seconds(1))));
}

}  // namespace

TEST_CASE("the action of a reply is the value of its action attribute", "[smtpd]") {
    CHECK(*action_of("action=DUNNO\n\n") == "DUNNO");
    CHECK(*action_of("action=450 4.7.1 later\r\n\r\n") == "450 4.7.1 later");
    CHECK(*action_of("other=x\naction= OK \n\nnext=reply\n") == "OK");
}

TEST_CASE("row 26: a reply that is short, long or doubled never acts as another", "[smtpd]") {
    CHECK(*action_of("action=REJECT\naction=OK\n\n") == "REJECT");
    CHECK(action_of("\n").error().is_permanent());
    CHECK(action_of("action=\n\n").error().is_permanent());
    CHECK(action_of("result=OK\n\n").error().is_permanent());
    CHECK(action_of("action=OK\n").error().code == Errc::closed);
    CHECK(action_of("").error().code == Errc::closed);
    CHECK(action_of("action=" + std::string(9000, 'x') + "\n\n").error().code == Errc::too_long);
    std::string many;
    for (int i = 0; i < 20000; ++i) many += "x=y\n";
    CHECK_FALSE(action_of(many).has_value());
}

TEST_CASE("a service's own settings come before those of main.cf", "[smtpd]") {
    PolicySettings settings(config());
    CHECK(settings.timeout == seconds(100));
    REQUIRE(settings.read("inet:127.0.0.1:9998, timeout=10s, try_limit = 1"
                          ", { default_action = 450 4.7.7 no, sorry } policy_context=mua").has_value() == false);
    PolicySettings good(config());
    REQUIRE(good.read("inet:127.0.0.1:9998, timeout=10s, { default_action = 450 4.7.7 no, sorry } "
                      "policy_context=mua {try_limit = 1} request_limit=5 max_idle=1m max_ttl=2m retry_delay=3s"));
    CHECK(good.endpoint == "inet:127.0.0.1:9998");
    CHECK(good.timeout == seconds(10));
    CHECK(good.default_action == "450 4.7.7 no, sorry");
    CHECK(good.policy_context == "mua");
    CHECK(good.try_limit == 1);
    CHECK(good.request_limit == 5);
    CHECK(good.max_idle == seconds(60));
    CHECK(good.max_ttl == seconds(120));
    CHECK(good.retry_delay == seconds(3));
}

TEST_CASE("a setting of a policy service that is none is named", "[smtpd]") {
    const auto problem = [](std::string_view text) {
        PolicySettings settings(config());
        const auto read = settings.read(text);
        return read ? std::string() : read.error().text;
    };
    CHECK(problem("unix:x, timeot=1") == "unknown option: \"timeot = 1\"");
    CHECK(problem("unix:x, timeout=soon") == "timeout: bad time value or unit: soon");
    CHECK(problem("unix:x, try_limit=0") == "invalid try_limit parameter value 0 < 1");
    CHECK(problem("unix:x, retry_delay=0") == "invalid retry_delay: 0 (min 1)");
    CHECK(problem("unix:x, request_limit=many") ==
          "bad numerical configuration: request_limit = many");
    CHECK(problem("unix:x, { policy_context = }") == "bad string length 0 < 1: policy_context =");
    CHECK(problem("unix:x, nonsense") ==
          "malformed option: missing '=' after attribute name: \"nonsense\"");
    CHECK(problem("") == "no server");
}

}  // namespace postern::smtpd::test
