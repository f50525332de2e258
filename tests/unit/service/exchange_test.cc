// Clients and servers of lib/service on a socket in a folder of the test's own.
#include "lib/event/socket.h"
#include "lib/service/client.h"
#include "lib/service/server.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

// Within the namespace, since libevent has a global `event`, too.
namespace postern::service {

using event::Loop;

namespace {

struct Text {
    std::string text;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("text", self.text);
    }
};
struct Echo : Text {
    static constexpr std::string_view frame_name = "echo";
    static constexpr bool is_idempotent = true;
    using Reply = Text;
};
struct Stall : Text {
    static constexpr std::string_view frame_name = "stall";
    using Reply = Text;
};
struct Measure : Text {
    static constexpr std::string_view frame_name = "measure";
    using Reply = Text;
};

class Folder {
public:
    Folder() {
        char name[] = "/tmp/postern-service-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string socket() const { return path_ + "/socket"; }

private:
    std::string path_;
};

/// A service process, as far as its clients can tell.
class Service {
public:
    Service(Loop& loop, const std::string& path, Server::Limits limits = {})
        : may_go_on(loop),
          server(loop, limits, [](const std::string& what) { FAIL(what); }),
          listener_(loop, std::move(*event::listen_on(*event::SocketAddress::unix_path(path), 100)),
                    [this](Fd socket, event::SocketAddress) { server.accept(std::move(socket)); }) {
        server.on<Echo>([this](Echo request) { return echo(std::move(request.text)); });
        server.on<Stall>([this](Stall request) { return stall(std::move(request.text)); });
        server.on<Measure>([this](Measure, Content& content) { return measure(content); });
    }

private:
    Task<Result<Text>> echo(std::string text) {
        ++asked;
        co_return Text{text};
    }
    Task<Result<Text>> stall(std::string text) {
        ++asked;
        co_await may_go_on.wait();
        co_return Text{text};
    }
    Task<Result<Text>> measure(Content& content) {
        std::size_t size = 0;
        for (;;) {
            auto piece = co_await content.next(Deadline::never());
            if (!piece) {
                was_taken_back = true;
                co_return piece.error();
            }
            if (piece->empty()) co_return Text{std::to_string(size)};
            largest_piece = std::max(largest_piece, piece->size());
            size += piece->size();
        }
    }

public:
    event::Condition may_go_on;
    Server server;
    int asked = 0;
    std::size_t largest_piece = 0;
    bool was_taken_back = false;

private:
    event::Listener listener_;
};

Deadline soon(Loop& loop) {
    return loop.in(seconds(20));
}

Task<Result<Text>> echo(Client& client, std::string text, Deadline deadline) {
    co_return co_await client.call(Echo{{text}}, deadline);
}

Task<void> stall(Client& client, Deadline deadline, bool& is_done) {
    auto answer = co_await client.call(Stall{{"slow"}}, deadline);
    is_done = answer && answer->text == "slow";
}

Task<void> echo_many(Client& client, int count, Deadline deadline, int& done) {
    for (int i = 0; i < count; ++i) {
        auto answer = co_await client.call(Echo{{std::to_string(i)}}, deadline);
        if (answer && answer->text == std::to_string(i)) ++done;
    }
}

Task<Result<Text>> upload(Client& client, std::size_t size, Deadline deadline) {
    Upload<Measure> upload(client);
    if (auto begun = co_await upload.begin(Measure(), deadline); !begun) co_return begun.error();
    const std::string piece(50000, 'x');
    for (std::size_t sent = 0; sent < size; sent += piece.size())
        if (auto done =
                co_await upload.send(std::string_view(piece).substr(0, size - sent), deadline);
            !done)
            break;
    co_return co_await upload.finish(deadline);
}

Task<void> begin_upload_and_drop_it(Client& client, Deadline deadline) {
    Upload<Measure> upload(client);
    std::ignore = co_await upload.begin(Measure(), deadline);
    std::ignore = co_await upload.send("half of it", deadline);
}

Task<void> pause(Loop& loop, milliseconds time) {
    co_await event::Sleep(loop, loop.in(time));
}

}  // namespace

TEST_CASE("a request is answered", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket());
    const auto answer = loop.run(echo(client, "hello", soon(loop)));
    REQUIRE(answer);
    CHECK(answer->text == "hello");
}

TEST_CASE("one request stalls, and a thousand others pass it on the same connection", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket(), {.max_connections = 1, .spread_above = 1000});
    event::TaskGroup tasks(loop);
    bool is_stalled_done = false;
    int done = 0;
    tasks.spawn(stall(client, soon(loop), is_stalled_done));
    for (int i = 0; i < 10; ++i)
        tasks.spawn(echo_many(client, 100, soon(loop), done));
    while (done < 1000)
        loop.run(pause(loop, milliseconds(1)));
    CHECK_FALSE(is_stalled_done);
    CHECK(service.server.connections() == 1);
    service.may_go_on.notify_all();
    loop.run(tasks.all_ended());
    CHECK(is_stalled_done);
}

TEST_CASE("content of any size arrives whole, and never more of it than was granted", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket());
    for (const std::size_t size :
         {std::size_t(0), std::size_t(1), first_grant, std::size_t(3000000)}) {
        const auto answer = loop.run(upload(client, size, soon(loop)));
        REQUIRE(answer);
        CHECK(answer->text == std::to_string(size));
    }
    CHECK(service.largest_piece <= first_grant);
}

TEST_CASE("an upload that is dropped is taken back at the server", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket());
    loop.run(begin_upload_and_drop_it(client, soon(loop)));
    const auto answer = loop.run(echo(client, "next", soon(loop)));
    CHECK(answer);
    CHECK(service.server.open_requests() == 0);
}

TEST_CASE("what a retiring process refuses goes to its successor", "[service]") {
    Folder folder;
    Loop loop;
    auto old = std::make_unique<Service>(loop, folder.socket());
    Client client(loop, folder.socket());
    REQUIRE(loop.run(echo(client, "one", soon(loop))));
    old->server.retire();
    Service fresh(loop, folder.socket());  // the new process has the socket now
    const auto answer = loop.run(upload(client, 40000, soon(loop)));
    REQUIRE(answer);
    CHECK(answer->text == "40000");
    CHECK(old->server.connections() == 0);
}

TEST_CASE("an idempotent request whose process died is repeated, another is a temporary error",
          "[service]") {
    Folder folder;
    Loop loop;
    auto old = std::make_unique<Service>(loop, folder.socket());
    Client client(loop, folder.socket());
    event::TaskGroup tasks(loop);
    bool is_done = false;
    tasks.spawn(stall(client, soon(loop), is_done));
    while (old->asked == 0)
        loop.run(pause(loop, milliseconds(1)));
    old.reset();
    Service fresh(loop, folder.socket());
    loop.run(tasks.all_ended());
    CHECK_FALSE(is_done);
    CHECK(loop.run(echo(client, "again", soon(loop))));
}

TEST_CASE("a service that cannot be reached is a temporary error at the deadline", "[service]") {
    Folder folder;
    Loop loop;
    Client client(loop, folder.socket());
    const auto answer = loop.run(echo(client, "x", loop.in(milliseconds(120))));
    REQUIRE_FALSE(answer);
    CHECK_FALSE(answer.error().is_permanent());
}

TEST_CASE("a client opens as many connections as a one-at-a-time service has processes",
          "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket(), {.at_once = 1, .connections = 10, .total = 10});
    Client client(loop, folder.socket(), {.max_connections = 3, .spread_above = 100});
    event::TaskGroup tasks(loop);
    bool first = false, second = false, third = false;
    tasks.spawn(stall(client, soon(loop), first));
    tasks.spawn(stall(client, soon(loop), second));
    tasks.spawn(stall(client, soon(loop), third));
    while (service.asked < 3)
        loop.run(pause(loop, milliseconds(1)));
    CHECK(service.server.connections() == 3);
    service.may_go_on.notify_all();
    loop.run(tasks.all_ended());
    CHECK((first && second && third));
}

TEST_CASE("a connection that nobody uses for a while is closed, and opened when it is wanted", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket(), {.idle = milliseconds(20)});
    REQUIRE(loop.run(echo(client, "one", soon(loop))));
    CHECK(service.server.connections() == 1);
    const auto limit = soon(loop);
    while (service.server.connections() > 0 && loop.now() < limit.at)
        loop.run(pause(loop, milliseconds(1)));
    CHECK(service.server.connections() == 0);
    CHECK(loop.run(echo(client, "two", soon(loop))));
}

TEST_CASE("a connection with a request under way is not idle", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket(), {.idle = milliseconds(20)});
    event::TaskGroup tasks(loop);
    bool is_done = false;
    tasks.spawn(stall(client, soon(loop), is_done));
    loop.run(pause(loop, milliseconds(100)));
    CHECK(service.asked == 1);
    service.may_go_on.notify_all();
    loop.run(tasks.all_ended());
    CHECK(is_done);
}

TEST_CASE("a connection whose time is over ends what is under way, and takes nothing new", "[service]") {
    Folder folder;
    Loop loop;
    Service service(loop, folder.socket());
    Client client(loop, folder.socket(), {.life = milliseconds(50)});
    event::TaskGroup tasks(loop);
    bool is_done = false;
    tasks.spawn(stall(client, soon(loop), is_done));
    loop.run(pause(loop, milliseconds(100)));
    CHECK(loop.run(echo(client, "new", soon(loop))));
    CHECK(service.server.connections() == 2);
    service.may_go_on.notify_all();
    loop.run(tasks.all_ended());
    CHECK(is_done);
    const auto limit = soon(loop);
    while (service.server.connections() > 0 && loop.now() < limit.at)
        loop.run(pause(loop, milliseconds(1)));
    CHECK(service.server.connections() == 0);
}

}  // namespace postern::service
