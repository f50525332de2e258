#include "lib/event/socket.h"

#include "lib/event/group.h"
#include "lib/event/stream.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::event;
using postern::test::soon;
using postern::test::turns;

namespace {

SocketAddress loopback(std::uint16_t port = 0) { return *SocketAddress::numeric("127.0.0.1", port); }

Task<void> greet(Loop& loop, Fd client) {
    Stream stream(loop, std::move(client));
    stream.write("220 hello\r\n");
    std::ignore = co_await stream.flush(soon(loop));   // a client that has gone needs no greeting
}

Task<Result<std::string>> greeting_from(Loop& loop, SocketAddress server,
                                        std::optional<SocketAddress> local) {
    auto socket = co_await connect_to(loop, server, soon(loop), local);
    if (!socket) co_return socket.error();
    Stream stream(loop, std::move(*socket));
    co_return co_await stream.read_line(100, soon(loop));
}

Task<Result<Fd>> try_to_connect(Loop& loop, SocketAddress server, Deadline deadline) {
    co_return co_await connect_to(loop, server, deadline);
}

}  // namespace

TEST_CASE("addresses are numeric, with brackets or without", "[event]") {
    CHECK(SocketAddress::numeric("192.0.2.1", 25)->host() == "192.0.2.1");
    CHECK(SocketAddress::numeric("[192.0.2.1]", 25)->port() == 25);
    CHECK(SocketAddress::numeric("[2001:db8::1]", 587)->host() == "2001:db8::1");
    CHECK(SocketAddress::numeric("IPv6:2001:DB8:0:0::1", 587)->host() == "2001:db8::1");
    CHECK(SocketAddress::numeric("::ffff:192.0.2.1", 25)->host() == "192.0.2.1");
    for (const char* wrong : {"localhost", "", "192.0.2", "192.0.2.1:25", "1.2.3.4.5", "[::1"}) {
        INFO(wrong);
        CHECK_FALSE(SocketAddress::numeric(wrong, 25));
    }
    CHECK(SocketAddress::numeric("mail.example", 25).error().text ==
          "not a numeric address: \"mail.example\"");
}

TEST_CASE("an address is small, since every session keeps some", "[event]") {
    STATIC_REQUIRE(sizeof(SocketAddress) <= 64);
    const auto path = *SocketAddress::unix_path("private/" + std::string(90, 'x'));
    const SocketAddress copy = path;
    CHECK(copy.size() == path.size());
    CHECK(copy.family() == AF_UNIX);
    CHECK(SocketAddress().size() == 0);
}

TEST_CASE("a path that is too long for a socket is refused", "[event]") {
    CHECK(SocketAddress::unix_path("private/rewrite"));
    CHECK_FALSE(SocketAddress::unix_path(std::string(108, 'x')));
    CHECK(SocketAddress::unix_path("x")->host().empty());
    CHECK_FALSE(SocketAddress::unix_path("x")->is_ip());
}

TEST_CASE("a Unix socket whose backlog is full is waited for, up to the deadline", "[event]") {
    postern::test::TemporaryFolder folder;
    Loop loop;
    const SocketAddress server = *SocketAddress::unix_path(folder.path() + "/socket");
    auto socket = listen_on(server, 0);
    REQUIRE(socket);
    const auto first = loop.run(try_to_connect(loop, server, soon(loop)));
    REQUIRE(first);
    CHECK(loop.run(try_to_connect(loop, server, loop.in(milliseconds(30)))).error().code == Errc::timeout);

    TaskGroup sessions(loop);
    std::optional<Listener> listener;
    auto accept = [](Loop& its_loop, TaskGroup& group, std::optional<Listener>& wanted, Fd& listening) -> Task<void> {
        co_await Sleep(its_loop, its_loop.in(milliseconds(30)));
        wanted.emplace(its_loop, std::move(listening),
                       [&](Fd accepted, SocketAddress) { group.spawn(greet(its_loop, std::move(accepted))); });
    };
    sessions.spawn(accept(loop, sessions, listener, *socket));
    CHECK(*loop.run(greeting_from(loop, server, std::nullopt)) == "220 hello");
}

TEST_CASE("clients are accepted, and know whom they speak with", "[event]") {
    Loop loop;
    TaskGroup sessions(loop);
    auto socket = listen_on(loopback(), 100);
    REQUIRE(socket);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    std::string client;
    Listener listener(loop, std::move(*socket), [&](Fd accepted, SocketAddress address) {
        client = address.host();
        sessions.spawn(greet(loop, std::move(accepted)));
    });
    CHECK(*loop.run(greeting_from(loop, server, std::nullopt)) == "220 hello");
    CHECK(client == "127.0.0.1");
    CHECK(*loop.run(greeting_from(loop, server, SocketAddress::numeric("127.0.0.9", 0).value_or({}))) ==
          "220 hello");
    CHECK(client == "127.0.0.9");
    loop.run(sessions.all_ended());
}

TEST_CASE("a paused listener leaves clients in the queue", "[event]") {
    Loop loop;
    int accepted = 0;
    auto socket = listen_on(loopback(), 100);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    Listener listener(loop, std::move(*socket), [&](Fd, SocketAddress) { ++accepted; });
    listener.pause();
    auto client = loop.run(try_to_connect(loop, server, soon(loop)));
    REQUIRE(client);
    loop.run(turns(loop, 5));
    CHECK(accepted == 0);
    listener.resume();
    while (accepted == 0) loop.run(turns(loop, 1));
    CHECK(accepted == 1);
}

TEST_CASE("who accepts may pause the listener at once", "[event]") {
    Loop loop;
    int accepted = 0;
    auto socket = listen_on(loopback(), 100);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    std::unique_ptr<Listener> listener;
    listener = std::make_unique<Listener>(loop, std::move(*socket), [&](Fd, SocketAddress) {
        ++accepted;
        listener->pause();
    });
    auto a = loop.run(try_to_connect(loop, server, soon(loop)));
    auto b = loop.run(try_to_connect(loop, server, soon(loop)));
    loop.run(turns(loop, 5));
    CHECK(accepted == 1);
}

TEST_CASE("Unix sockets are made anew, and connected to", "[event]") {
    Loop loop;
    const test::TemporaryFolder folder;
    const auto address = SocketAddress::unix_path(folder.path("s"));
    TaskGroup sessions(loop);
    for (int i = 0; i < 2; ++i) {
        auto socket = listen_on(*address, 10);
        REQUIRE(socket);
        Listener listener(loop, std::move(*socket), [&](Fd accepted, SocketAddress) {
            sessions.spawn(greet(loop, std::move(accepted)));
        });
        CHECK(*loop.run(greeting_from(loop, *address, std::nullopt)) == "220 hello");
    }
    loop.run(sessions.all_ended());
}

TEST_CASE("a refused connection may work later", "[event]") {
    Loop loop;
    auto socket = listen_on(loopback(), 1);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    socket->reset();
    const auto refused = loop.run(try_to_connect(loop, server, soon(loop)));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::temporary);
    CHECK(refused.error().text == "Connection refused");
}

TEST_CASE("a connection that is not answered ends at its deadline", "[event]") {
    Loop loop;
    auto socket = listen_on(loopback(), 0);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    std::vector<Fd> waiting;
    for (int i = 0; i < 8; ++i) {   // beyond the queue of the listener nobody answers
        auto client = loop.run(try_to_connect(loop, server, loop.in(milliseconds(20))));
        if (!client) {
            CHECK(client.error().code == Errc::timeout);
            return;
        }
        waiting.push_back(std::move(*client));
    }
    FAIL("the listener's queue has no end");
}

TEST_CASE("a connection that is given up leaves nothing behind", "[event]") {
    Loop loop;
    auto socket = listen_on(loopback(), 0);
    const SocketAddress server = SocketAddress::of_local(socket->get());
    for (int i = 0; i < 8; ++i) {
        Task<Result<Fd>> task = try_to_connect(loop, server, soon(loop));
        task.start();
    }
    loop.run(turns(loop, 3));
}
