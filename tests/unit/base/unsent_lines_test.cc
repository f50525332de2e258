#include "lib/base/unsent_lines.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace postern;

namespace {

const WallTime now = from_unix(1795532941) + microseconds(250500);

struct Page {
    Fd file = *UnsentLines::make_page();
    UnsentLines marks = *UnsentLines::of_page(file);
};

}  // namespace

TEST_CASE("all is there while nobody keeps a line", "[base][unsent_lines]") {
    Page page;
    CHECK(page.marks.complete_until(now) == now);
    page.marks.end(page.marks.begin(now));
    CHECK(page.marks.complete_until(now) == now);
}

TEST_CASE("the oldest kept line decides, whoever keeps it", "[base][unsent_lines]") {
    Page page;
    auto other = UnsentLines::of_page(page.file);
    REQUIRE(other);
    const auto old = page.marks.begin(now - milliseconds(20));
    const auto same = other->begin(now - milliseconds(20));
    const auto young = other->begin(now - milliseconds(3));
    const auto limit = [&] { return page.marks.complete_until(now); };
    CHECK((limit() <= now - milliseconds(20) && limit() > now - milliseconds(22)));
    page.marks.end(old);
    CHECK(limit() <= now - milliseconds(20));
    page.marks.end(same);
    CHECK((limit() <= now - milliseconds(3) && limit() > now - milliseconds(5)));
    page.marks.end(young);
    CHECK(limit() == now);
}

TEST_CASE("what a killed process left is forgotten", "[base][unsent_lines]") {
    Page page;
    const auto left = page.marks.begin(now);
    CHECK(page.marks.complete_until(now + milliseconds(40)) <= now);
    const WallTime later = now + UnsentLines::patience + milliseconds(2);
    CHECK(page.marks.complete_until(later) == later);
    // The same word, 64 ms later, counts anew; the end of the old mark does not touch it.
    const WallTime next = now + milliseconds(64);
    const auto mark = page.marks.begin(next);
    page.marks.end(left);
    CHECK(page.marks.complete_until(next + milliseconds(1)) <= next);
    page.marks.end(mark);
    CHECK(page.marks.complete_until(next + milliseconds(1)) == next + milliseconds(1));
}

TEST_CASE("row 37: marks of a clock that was put back hold nobody up", "[base][unsent_lines]") {
    Page page;
    std::ignore = page.marks.begin(now);
    const WallTime put_back = now - seconds(3600);
    CHECK(page.marks.complete_until(put_back) == put_back);
    const auto mark = page.marks.begin(put_back);
    CHECK(page.marks.complete_until(put_back + milliseconds(1)) <= put_back);
    page.marks.end(mark);
    CHECK(page.marks.complete_until(put_back) == put_back);
}

TEST_CASE("another file is no such page", "[base][unsent_lines]") {
    const auto small = make_memory_file("x", 1);
    REQUIRE(small);
    CHECK_FALSE(UnsentLines::of_page(*small));
    CHECK(::ftruncate(small->get(), 0) != 0);   // nor can one be shortened under its readers
}
