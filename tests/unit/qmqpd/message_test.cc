#include "lib/event/netstring.h"
#include "lib/queue/record.h"
#include "services/qmqpd/envelope.h"
#include "services/qmqpd/session.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>

namespace postern::qmqpd {

using event::netstring;

namespace {

/// What read_message makes of these bytes.
Result<Message> read(std::string_view bytes, std::size_t limit = 1000) {
    event::Loop loop;
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    Fd client(ends[0]);
    event::Stream server(loop, Fd(ends[1]));
    REQUIRE(::send(client.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    client = Fd();
    return loop.run(read_message(server, limit, seconds(10)));
}

std::string error_of(std::string_view bytes, std::size_t limit = 1000) {
    const auto message = read(bytes, limit);
    REQUIRE(!message);
    return message.error().text;
}

}  // namespace

TEST_CASE("a message is a netstring of netstrings", "[qmqpd]") {
    const auto message =
        read(netstring(netstring("A: b\n\nc\n") + netstring("s@x") + netstring("r@y") + netstring("")));
    REQUIRE(message);
    CHECK(message->content == "A: b\n\nc\n");
    CHECK(message->sender == "s@x");
    CHECK(message->recipients == std::vector<std::string>{"r@y", ""});
}

TEST_CASE("what is no netstring is refused, and what is longer than allowed", "[qmqpd]") {
    CHECK(error_of("hello") == "lost connection while receiving QMQP packet header");
    CHECK(error_of("x:") == "netstring format error while receiving QMQP packet header");
    CHECK(error_of("12345678901234567890123") ==
          "netstring format error while receiving QMQP packet header");
    for (const std::string& text : {netstring("5:abcde;1:a,"), std::string("6:900:ab,"),
                                    std::string("4:2:a,,")})
        CHECK(error_of(text) == "netstring format error while receiving message content");
    CHECK(read("2000:", 1000).error().code == Errc::too_long);
}

TEST_CASE("a sender that ends in -@[] asks for VERP", "[qmqpd]") {
    const auto sender = parse_sender("list-@a.example-@[]", "-=+");
    REQUIRE(sender);
    CHECK(sender->address == "list@a.example");
    CHECK(sender->verp_delimiters == "-=");
    CHECK(parse_sender("plain@a.example", "-=+")->verp_delimiters.empty());
    CHECK(!parse_sender("listx@a.example-@[]", "-=+"));
    CHECK(!parse_sender("nobody-@[]", "-=+"));
}

TEST_CASE("content becomes records, a line each", "[qmqpd]") {
    std::string_view content = "one\n\nthe last";
    const std::string records = content_records(content, 2048, 10000);
    CHECK(content.empty());
    CHECK(records == std::string("N\3one") + "N" + std::string(1, '\0') + "N\10the last");
}

TEST_CASE("the answer says whether to try again", "[qmqpd]") {
    service::Submitted submitted;
    submitted.queue_id = "ABC";
    CHECK(reply_to(submitted).code == 'K');
    submitted.status = service::CleanupStatus::too_big;
    CHECK(reply_to(submitted).code == 'D');
    submitted.status = service::CleanupStatus::cannot_write;
    CHECK(reply_to(submitted).code == 'Z');
    submitted.status = service::CleanupStatus::rejected;
    submitted.reason = "4.7.1 later";
    CHECK(reply_to(submitted).code == 'Z');
    CHECK(reply_to(temporary("cleanup is away")).code == 'Z');
}

}  // namespace postern::qmqpd
