#include "lib/base/log_frame.h"

#include <catch2/catch.hpp>

using namespace postern;

namespace {

const WallTime now = from_unix(1795532941) + microseconds(250000);

LogLine line(std::string text, WallTime when = now) {
    return {when, Severity::info, "postfix/smtpd", 4711, std::move(text)};
}

}  // namespace

TEST_CASE("lines go through a datagram with their moments", "[base][log]") {
    LogFrame frame;
    REQUIRE(frame.add(line("a", now + microseconds(1))));
    REQUIRE(frame.add({now - microseconds(250001), Severity::warning, "postfix/qmgr", 1, "b"}));
    const auto sent = read_log_frame(frame.text(), now);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].when == now + microseconds(1));
    CHECK(sent[0].text == "postfix/smtpd[4711]: a");
    CHECK_FALSE(sent[0].is_complete);
    CHECK(sent[1].when == now - microseconds(250001));
    CHECK(sent[1].text == "postfix/qmgr[1]: warning: b");
}

TEST_CASE("a datagram is bounded, and takes at least one line", "[base][log]") {
    LogFrame frame;
    CHECK(frame.add(line(std::string(log_frame_limit, 'x'))));
    CHECK_FALSE(frame.add(line("b")));
    CHECK(LogFrame().empty());
}

TEST_CASE("lines of other programs are taken as they are", "[base][log]") {
    const auto sent =
        read_log_frame("Nov 24 15:37:35 refhost postfix/postdrop[2658]: warning: x\n", now);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].is_complete);
    CHECK(sent[0].when == now);
    CHECK(sent[0].text == "Nov 24 15:37:35 refhost postfix/postdrop[2658]: warning: x");
}

TEST_CASE("nobody writes into the past or the future, or controls a terminal", "[base][log]") {
    const auto sent = read_log_frame(
        "\x01" "1795532000.000000 a[1]: old\n1795539999.000000 a[1]: early\n"
        "1795532941.100000 a[1]: \x1b[2J\xFF\nno time here\n99999999999999999.000000 a\n", now);
    REQUIRE(sent.size() == 5);
    CHECK(sent[0].when == now);
    CHECK(sent[1].when == now);
    CHECK(sent[2].when == now - microseconds(150000));
    CHECK(sent[2].text == "a[1]: ?[2J?");
    CHECK(sent[3].is_complete);
    CHECK(sent[3].text == "no time here");
    CHECK(sent[4].is_complete);
}

TEST_CASE("an empty datagram has no lines", "[base][log]") {
    CHECK(read_log_frame("", now).empty());
    CHECK(read_log_frame("\x01", now).empty());
    CHECK(read_log_frame("\n\n", now).empty());
}
