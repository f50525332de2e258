#include "lib/event/group.h"
#include "lib/event/socket.h"
#include "lib/event/stream.h"
#include "tests/unit/base/temporary_folder.h"
#include "tests/unit/event/pair.h"

#include <catch2/catch.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <vector>

using namespace postern;
using namespace postern::event;
using postern::test::turns;

namespace {

constexpr std::size_t crowd = 10'000;

bool may_open(rlim_t descriptors) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max >= descriptors;
}

/// The clients, in a process of their own: each says a line of 1,000 bytes and reads the answer,
/// one after the other; then all stay until the control socket closes, and say QUIT.
[[noreturn]] void be_the_clients(const SocketAddress& server, int control) {
    const std::string line = std::string(998, 'x') + "\r\n";
    char answer[64];
    std::vector<int> sockets;
    for (std::size_t i = 0; i < crowd; ++i) {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::connect(fd, server.get(), server.size()) != 0) ::_exit(1);
        sockets.push_back(fd);
        std::ignore = ::write(fd, line.data(), line.size());
    }
    for (int fd : sockets) std::ignore = ::read(fd, answer, sizeof answer);
    std::ignore = ::write(control, "i", 1);   // all are idle now
    std::ignore = ::read(control, answer, 1);
    for (int fd : sockets) std::ignore = ::write(fd, "QUIT\r\n", 6);
    ::_exit(0);
}

Task<void> session(Loop& loop, Fd socket, std::size_t& ended) {
    Stream stream(loop, std::move(socket));
    for (;;) {
        auto line = co_await stream.read_line(1000, loop.in(seconds(300)));
        if (!line) break;
        if (*line == "QUIT") {
            ++ended;
            break;
        }
        stream.write("250 ok\r\n");
    }
}

std::size_t allocated() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

Task<void> wait_for_byte(Stream& control) {
    auto byte = co_await control.peek(1, control.loop().in(seconds(60)));
    REQUIRE(byte);
}

}  // namespace

TEST_CASE("ten thousand idle streams cost little, and all are served", "[event]") {
    if (!may_open(crowd + 200)) {
        WARN("the limit of open files is too low for this test");
        return;
    }
    const test::TemporaryFolder folder;
    const auto address = SocketAddress::unix_path(folder.path("server"));
    auto socket = listen_on(*address, 1000);
    REQUIRE(socket);
    int control[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) == 0);
    const pid_t child = ::fork();
    if (child == 0) be_the_clients(*address, control[1]);
    ::close(control[1]);

    Loop loop;
    REQUIRE(set_nonblocking(control[0]));
    Stream master(loop, Fd(control[0]));
    TaskGroup sessions(loop);
    std::size_t ended = 0;
    const std::size_t before = allocated();
    Listener listener(loop, std::move(*socket), [&](Fd client, SocketAddress) {
        sessions.spawn(session(loop, std::move(client), ended));
    });
    loop.run(wait_for_byte(master));
    loop.run(turns(loop, 3));
    REQUIRE(sessions.size() == crowd);
    const std::size_t each = (allocated() - before) / crowd;
    INFO(each << " bytes for each stream and its session");
    CHECK(each < 1900);   // less than the line and the answer that went through it

    master.consume(1);
    master.write("q");
    loop.run([](Stream& stream) -> Task<void> {
        std::ignore = co_await stream.flush(stream.loop().in(seconds(10)));
    }(master));
    loop.run(sessions.all_ended());
    CHECK(ended == crowd);
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}
