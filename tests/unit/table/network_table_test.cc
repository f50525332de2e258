// socketmap: and tcp:, against a server in the same loop.
#include "tests/unit/table/fixtures.h"

#include "lib/event/group.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"

using namespace postern;
using namespace postern::table;
using namespace postern::table::test;

namespace {

/// Answers each request with the next of its replies, and closes after `per_connection`.
class FakeServer {
public:
    FakeServer(postern::event::Loop& loop, const postern::event::SocketAddress& address,
               std::vector<std::string> replies, int per_connection = 100)
        : loop_(loop), tasks_(loop), replies_(std::move(replies)), per_connection_(per_connection) {
        auto socket = postern::event::listen_on(address, 10);
        REQUIRE(socket);
        address_ = postern::event::SocketAddress::of_local(socket->get());
        listener_ = std::make_unique<postern::event::Listener>(
            loop, std::move(*socket), [this](Fd fd, postern::event::SocketAddress) {
                ++connections;
                tasks_.spawn(serve(std::move(fd)));
            });
    }

    const postern::event::SocketAddress& address() const { return address_; }
    std::vector<std::string> requests;
    int connections = 0;

private:
    Task<void> serve(Fd fd) {
        postern::event::Stream client(loop_, std::move(fd));
        for (int served = 0; served < per_connection_; ++served) {
            auto request = co_await client.peek(1, Deadline::never());
            if (!request) co_return;
            requests.emplace_back(*request);
            client.consume(request->size());
            client.write(replies_.at(requests.size() - 1));
            if (!co_await client.flush(Deadline::never())) co_return;
        }
    }

    postern::event::Loop& loop_;
    postern::event::TaskGroup tasks_;
    std::vector<std::string> replies_;
    const int per_connection_;
    postern::event::SocketAddress address_;
    std::unique_ptr<postern::event::Listener> listener_;
};

struct NetworkWorld {
    Folder folder;
    postern::event::Loop loop;
    Registry registry{Settings(), {.warn = {}, .loop = &loop}};

    std::string say(const std::string& name, std::string key) {
        auto table = registry.open(name);
        REQUIRE(table);
        auto wait = [](Table& asked, std::string wanted) -> Task<Found> {
            co_return co_await asked.find(wanted);
        };
        auto found = loop.run(wait(**table, std::move(key)));
        if (!found) return "! " + found.error().text;
        return found->value_or("-");
    }
    postern::event::SocketAddress socket() {
        return *postern::event::SocketAddress::unix_path(folder.file("socket"));
    }
    std::string map() { return "socketmap:unix:" + folder.file("socket") + ":users"; }
};

std::string netstring(std::string_view text) {
    return std::to_string(text.size()) + ":" + std::string(text) + ",";
}

}  // namespace

TEST_CASE("socketmap: asks over one connection", "[network]") {
    NetworkWorld world;
    FakeServer server(world.loop, world.socket(),
                      {netstring("OK a b"), netstring("NOTFOUND "), netstring("TEMP down"),
                       netstring("PERM no"), netstring("TIMEOUT late"), netstring("OK ")});
    CHECK(world.say(world.map(), "Joe Doe") == "a b");
    CHECK(world.say(world.map(), "x") == "-");
    CHECK(world.say(world.map(), "x").find("server said: TEMP down") != std::string::npos);
    CHECK(world.say(world.map(), "x").starts_with("! "));
    CHECK(world.say(world.map(), "x").starts_with("! "));
    CHECK(world.say(world.map(), "x") == "");
    CHECK(server.requests[0] == "13:users Joe Doe,");
    CHECK(server.connections == 1);
}

TEST_CASE("a connection that the server has closed is opened again", "[network]") {
    NetworkWorld world;
    FakeServer server(world.loop, world.socket(), {netstring("OK 1"), netstring("OK 2")}, 1);
    CHECK(world.say(world.map(), "a") == "1");
    CHECK(world.say(world.map(), "a") == "2");
    CHECK(server.connections == 2);
}

TEST_CASE("row 18: what a server says unasked is no answer to the next question", "[network]") {
    NetworkWorld world;
    FakeServer server(world.loop, world.socket(), {netstring("OK 1") + netstring("OK smuggled"), netstring("OK 2")});
    CHECK(world.say(world.map(), "a") == "1");
    CHECK(world.say(world.map(), "b") == "2");
    CHECK(server.connections == 2);
}

TEST_CASE("a reply that is none is an error, and the connection is not used again", "[network]") {
    for (const std::string& reply :
         {netstring("WHAT"), std::string("junk without a length:"), std::string("200000:OK x,"),
          std::string("4:OK xy")}) {
        NetworkWorld world;
        INFO(reply);
        FakeServer server(world.loop, world.socket(), {reply, netstring("OK x")});
        CHECK(world.say(world.map(), "a").starts_with("! "));
        CHECK(world.say(world.map(), "a") == "x");
        CHECK(server.connections == 2);
    }
}

TEST_CASE("a server that is not there is a temporary error", "[network]") {
    NetworkWorld world;
    CHECK(world.say(world.map(), "a").find("connect to unix:") != std::string::npos);
}

TEST_CASE("tcp: encodes what it asks and decodes what it hears", "[network]") {
    NetworkWorld world;
    FakeServer server(world.loop, *postern::event::SocketAddress::numeric("127.0.0.1", 0),
                      {"200 a%20b\n", "500 no\n", "400 later\n", "200 a%zz\n", "200 ok\n"});
    const auto name = "tcp:127.0.0.1:" + std::to_string(server.address().port());
    CHECK(world.say(name, "a %b") == "a b");
    CHECK(world.say(name, "x") == "-");
    CHECK(world.say(name, "x").find("server said: later") != std::string::npos);
    CHECK(world.say(name, "x").starts_with("! "));
    CHECK(world.say(name, "x") == "ok");
    CHECK(server.requests[0] == "get a%20%25b\n");
}
