// Handing a client over to another process, and taking one.
#include <catch2/catch.hpp>

#include "lib/event/group.h"
#include "lib/service/passed_client.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/event/pair.h"

#include <sys/socket.h>

namespace postern::service {

namespace {

struct Ends {
    Fd near, far;
};
Ends pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    return {Fd(ends[0]), Fd(ends[1])};
}

Task<void> pass(event::Loop& loop, std::string path, int client, Result<void>& result) {
    result = co_await pass_client(
        loop, path, client,
        passed_client(*event::SocketAddress::numeric("203.0.113.1", 1234),
                      *event::SocketAddress::numeric("2001:db8::1", 25)),
        loop.in(seconds(5)));
}

}  // namespace

TEST_CASE("a client goes to another process with its connection and both addresses", "[service]") {
    event::Loop loop;
    const test::TemporaryFolder folder;
    const std::string path = folder.path() + "/pass";
    auto socket = event::listen_on(*event::SocketAddress::unix_path(path), 5);
    REQUIRE(socket);
    std::optional<Fd> connection;
    event::Listener listener(loop, std::move(*socket),
                             [&](Fd accepted, event::SocketAddress) { connection = std::move(accepted); });
    auto client = pair();
    Result<void> passed = temporary("not yet");
    event::TaskGroup tasks(loop);
    tasks.spawn(pass(loop, path, client.far.get(), passed));
    while (!connection) loop.run(test::turns(loop, 1));
    event::Stream stream(loop, std::move(*connection));
    auto taken = loop.run(take_client(stream, loop.in(seconds(5))));
    REQUIRE(taken);
    CHECK(taken->client.host() == "203.0.113.1");
    CHECK(taken->client.port() == 1234);
    CHECK(taken->server.host() == "2001:db8::1");
    CHECK(taken->server.port() == 25);
    loop.run(tasks.all_ended());
    CHECK(passed);
    client.far.reset();
    REQUIRE(::send(client.near.get(), "hello", 5, 0) == 5);
    char text[5];
    CHECK(::recv(taken->socket.get(), text, sizeof text, 0) == 5);
}

TEST_CASE("without a process behind the socket the client stays", "[service]") {
    event::Loop loop;
    auto client = pair();
    Result<void> passed = success();
    event::TaskGroup tasks(loop);
    tasks.spawn(pass(loop, "/nowhere/pass", client.far.get(), passed));
    REQUIRE(!passed);
    CHECK(passed.error().text == "/nowhere/pass: No such file or directory");
}

TEST_CASE("who connects and hands nothing over is not taken", "[service]") {
    event::Loop loop;
    auto connection = pair();
    SECTION("garbage") { REQUIRE(::send(connection.near.get(), "garbage", 7, 0) == 7); }
    SECTION("the end") { connection.near.reset(); }
    event::Stream stream(loop, std::move(connection.far));
    CHECK(!loop.run(take_client(stream, loop.in(seconds(5)))));
}

}  // namespace postern::service
