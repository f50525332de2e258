#include "lib/queue/queue_id.h"

#include <catch2/catch.hpp>

using namespace postern;
using postern::queue::QueueId;

// Names that Debian's Postfix gave to files whose inode and time were looked at.
TEST_CASE("a short id is the microseconds and the inode in hexadecimal", "[queue]") {
    const QueueId id =
        QueueId::make_short(from_unix(1'795'533'809) + microseconds(0x86D14), 10953061);
    CHECK(id.text() == "86D14A72165");
    CHECK(id.hash_key() == "86D14A72165");
    CHECK_FALSE(id.is_long());
    CHECK(id.inode() == 10953061);
    CHECK_FALSE(id.arrival());
    CHECK(id.arrival_microseconds() == microseconds(0x86D14));
    CHECK(QueueId::make_short(from_unix(7) + microseconds(26), 1).text() == "0001A1");
}

TEST_CASE("a long id is the time in base 52, z, and the inode in base 51", "[queue]") {
    const WallTime arrival = from_unix(1'795'533'915) + microseconds(28001);
    const QueueId id = QueueId::make_long(arrival, 10952852);
    CHECK(id.text() == "4jYmpM0BLTz1bY0n");
    CHECK(id.is_long());
    CHECK(id.inode() == 10952852);
    CHECK(id.arrival() == arrival);
    CHECK(id.hash_key() == "06D61");
}

TEST_CASE("an id that was parsed is the one that was made", "[queue]") {
    for (const char* text : {"86D14A72165", "0001A1", "4jYmpL46nRz1bXyg", "4jYmpM0BLTz1bY0n"}) {
        const auto id = QueueId::parse(text);
        REQUIRE(id);
        CHECK(id->text() == text);
        const auto again =
            id->is_long() ? QueueId::make_long(*id->arrival(), id->inode())
                          : QueueId::make_short(WallTime(id->arrival_microseconds()), id->inode());
        CHECK(again == *id);
    }
}

TEST_CASE("what is no id is refused and quoted", "[queue]") {
    for (const char* text :
         {"", "86D14", "86d14a72165", "../x", "86D14A72165/", "4jYmpM0BLTz", "z1bY0n",
          "4jYmpMzzzzz1bY0n", "4jYmpM0BLTz1bYzn!", "ALL", "1 2 3 4 5 6"})
        CHECK_FALSE(QueueId::parse(text));
    CHECK(QueueId::parse("no\nid").error().text == "\"no?id\" is not a queue id");
    CHECK(QueueId::parse(std::string(200, 'A')).error().is_permanent());
}
