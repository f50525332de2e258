#include "lib/base/log.h"
#include "tools/smtp_sink/session.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>

namespace postern::smtp_sink {

namespace {

/// A sink and the client's end of a session of it.
struct Meeting {
    explicit Meeting(Options wanted) : options(std::move(wanted)), server(loop, options, {}, Log(book)) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        client = Fd(ends[0]);
        session = std::make_unique<Session>(server, Fd(ends[1]), event::SocketAddress());
    }

    /// Everything that the sink says to these lines.
    std::string says(std::string_view lines) {
        REQUIRE(::send(client.get(), lines.data(), lines.size(), 0) == static_cast<ssize_t>(lines.size()));
        ::shutdown(client.get(), SHUT_WR);
        loop.run(session->run());
        std::string said(65536, '\0');
        const auto size = ::recv(client.get(), said.data(), said.size(), 0);
        said.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return said;
    }

    LogBook book{"test"};
    event::Loop loop;
    Options options;
    Server server;
    Fd client;
    std::unique_ptr<Session> session;
};

constexpr const char* message = "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\nhello\r\n.\r\n";

}  // namespace

TEST_CASE("a whole dialogue is answered", "[smtp-sink]") {
    CHECK(Meeting({}).says(std::string("HELO x\r\n") + message + "QUIT\r\n") ==
          "220 smtp-sink ESMTP\r\n250 smtp-sink\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n"
          "354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok\r\n221 Bye\r\n");
}

TEST_CASE("commands out of order are refused", "[smtp-sink]") {
    CHECK(Meeting({}).says("RCPT TO:<a>\r\nDATA\r\nMAIL FROM:<a>\r\nMAIL FROM:<a>\r\nFOO\r\n") ==
          "220 smtp-sink ESMTP\r\n503 5.5.1 Error: need MAIL command\r\n"
          "503 5.5.1 Error: need RCPT command\r\n250 2.1.0 Ok\r\n503 5.5.1 Error: nested MAIL command\r\n"
          "500 5.5.1 Error: unknown command\r\n");
}

TEST_CASE("LMTP answers for each recipient", "[smtp-sink]") {
    Options options;
    options.is_lmtp = true;
    options.extensions = {false, false, false, false, false, false, false};
    CHECK(Meeting(options).says(std::string("EHLO x\r\nLHLO x\r\n") + message) ==
          "220 smtp-sink ESMTP\r\n500 5.5.1 Error: unknown command\r\n250-smtp-sink\r\n250 \r\n"
          "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"
          "250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n");
}

TEST_CASE("it refuses and hangs up as it is told", "[smtp-sink]") {
    Options options;
    REQUIRE(options.behaviours.change("mail", [](Behaviour& one) {
        one.answer = Behaviour::Answer::hard_reject;
    }));
    REQUIRE(options.behaviours.change("rcpt", [](Behaviour& one) {
        one.answer = Behaviour::Answer::soft_reject;
    }));
    REQUIRE(options.behaviours.change("noop", [](Behaviour& one) {
        one.answer = Behaviour::Answer::close;
    }));
    CHECK(Meeting(options).says("MAIL FROM:<a>\r\nRCPT TO:<a>\r\nNOOP\r\nRSET\r\n") ==
          "220 smtp-sink ESMTP\r\n500 5.3.0 Error: command failed\r\n450 4.3.0 Error: command failed\r\n"
          "421 4.0.0 Server closing connection\r\n");
}

TEST_CASE("a session that ends at any wait gives everything back", "[smtp-sink]") {
    Meeting meeting({});
    auto running = meeting.session->run();
    running.start();
}

}  // namespace postern::smtp_sink
