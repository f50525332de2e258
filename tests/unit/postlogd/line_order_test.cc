#include "services/postlogd/line_order.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace postern;
using postern::postlogd::LineOrder;

namespace {

const WallTime now = from_unix(1795532941);

LineOrder empty_order() {
    ::setenv("TZ", "UTC0", 1);
    return LineOrder("mx");
}

}  // namespace

TEST_CASE("lines come out in the order of their events, as far as all are there", "[postlogd]") {
    LineOrder order = empty_order();
    order.add({now + milliseconds(5), "postfix/smtp[2]: status=sent", false}, now + milliseconds(6));
    order.add({now, "postfix/qmgr[1]: from=<>", false}, now + milliseconds(15));
    const WallTime later = now + milliseconds(20);
    CHECK(order.take_until(now, later).empty());
    CHECK(order.take_until(now + milliseconds(5), later) ==
          "Nov 24 15:09:01 mx postfix/qmgr[1]: from=<>\n");
    CHECK_FALSE(order.empty());
    CHECK(order.take_until(now + milliseconds(6), later) ==
          "Nov 24 15:09:01 mx postfix/smtp[2]: status=sent\n");
    CHECK(order.empty());
}

TEST_CASE("lines of the same moment stay as they came", "[postlogd]") {
    LineOrder order = empty_order();
    for (const char* text : {"a", "b", "c"}) order.add({now, text, true}, now);
    CHECK(order.take_all() == "a\nb\nc\n");
}

TEST_CASE("a line of the future does not wait for its time", "[postlogd]") {
    LineOrder order = empty_order();
    order.add({now + seconds(9), "postfix/x[1]: early", false}, now);
    CHECK(order.take_until(now + milliseconds(1), now + milliseconds(1)) ==
          "Nov 24 15:09:01 mx postfix/x[1]: early\n");
}

TEST_CASE("row 37: when the clock is put back nothing waits for it to catch up", "[postlogd]") {
    LineOrder order = empty_order();
    order.add({now, "before", true}, now);
    const WallTime put_back = now - seconds(3600);
    order.add({put_back, "after", true}, put_back);
    CHECK(order.take_until(put_back, put_back) == "after\nbefore\n");
}

TEST_CASE("complete lines of other programs are written as they are", "[postlogd]") {
    LineOrder order = empty_order();
    order.add({now, "Nov 24 15:09:00 old postfix/postdrop[7]: x", true}, now);
    CHECK(order.take_all() == "Nov 24 15:09:00 old postfix/postdrop[7]: x\n");
}

TEST_CASE("what gathers is bounded", "[postlogd]") {
    LineOrder order = empty_order();
    for (int i = 0; i < 5000; ++i) order.add({now, std::string(1000, 'x'), true}, now);
    CHECK(order.take_until(now, now).size() == 5000u * 1001);
    CHECK(order.empty());
}
