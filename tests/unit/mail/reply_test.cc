#include "lib/mail/reply.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::mail;

TEST_CASE("a reply has its codes on every line", "[mail]") {
    CHECK(Reply{250, StatusCode{2, 1, 0}, "Ok"}.wire() == "250 2.1.0 Ok\r\n");
    CHECK(Reply{250, std::nullopt, "mx\nSIZE 10\nHELP"}.wire() ==
          "250-mx\r\n250-SIZE 10\r\n250 HELP\r\n");
    CHECK(Reply{550, StatusCode{5, 7, 1}, "no\nno"}.wire() == "550-5.7.1 no\r\n550 5.7.1 no\r\n");
    CHECK(Reply{550, StatusCode{5, 7, 1}, "no\nno"}.one_line() == "550 5.7.1 no no");
}

TEST_CASE("an administrator's text may bring its codes", "[mail]") {
    const Reply otherwise{554, StatusCode{5, 7, 1}, "Access denied"};
    CHECK(Reply::from_text("450 4.3.2 later", otherwise).one_line() == "450 4.3.2 later");
    CHECK(Reply::from_text("450 later", otherwise).one_line() == "450 4.7.1 later");
    CHECK(Reply::from_text("5.1.1 who?", otherwise).one_line() == "554 5.1.1 who?");
    CHECK(Reply::from_text("go away", otherwise).one_line() == "554 5.7.1 go away");
    CHECK(Reply::from_text("", otherwise).one_line() == "554 5.7.1 Access denied");
    CHECK(Reply::from_text("5500 x", otherwise).one_line() == "554 5.7.1 5500 x");
}

TEST_CASE("a reply is put together from its lines", "[mail]") {
    ReplyReader reader;
    CHECK(*reader.add("250-2.1.0 first") == false);
    CHECK(*reader.add("250-") == false);
    CHECK(*reader.add("250 2.1.0 last") == true);
    const Reply reply = reader.take();
    CHECK(reply.code == 250);
    CHECK(reply.status == StatusCode{2, 1, 0});
    CHECK(reply.text == "first\n\nlast");
    CHECK(*reader.add("550") == true);
    CHECK(reader.take().text.empty());
}

TEST_CASE("a status code of another class than the reply's is only text", "[mail]") {
    ReplyReader reader;
    CHECK(*reader.add("550 4.7.1 odd"));
    CHECK_FALSE(reader.take().status);
}

TEST_CASE("what is not a reply is refused with the line in the error", "[mail]") {
    ReplyReader reader;
    for (const char* line : {"", "25", "hello", "650 x", "250_x", "150 x"}) {
        const auto added = reader.add(line);
        REQUIRE_FALSE(added);
        CHECK(added.error().text == "not a reply: \"" + std::string(line) + "\"");
    }
}

TEST_CASE("a reply without end does not grow without end", "[mail]") {
    ReplyReader reader;
    for (int i = 0; i < 100; ++i)
        CHECK(*reader.add("250-0123456789", 50) == false);
    CHECK(reader.take().text.size() <= 51);
}
