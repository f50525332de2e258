#include "lib/base/log.h"

#include "lib/base/log_sink.h"
#include "tests/unit/base/fake_clock.h"

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace postern;
using postern::test::FakeClock;

namespace {

class FakeSchedule final : public LogSchedule {
public:
    void flush_within(milliseconds wait) override { waits.push_back(wait); }
    std::vector<milliseconds> waits;
};

/// Takes as many lines as it is allowed to.
class NarrowSink final : public LogSink {
public:
    NarrowSink(std::vector<LogLine>& lines, std::size_t& room) : lines_(lines), room_(room) {}
    milliseconds patience() const noexcept override { return milliseconds(0); }
    std::size_t write(std::span<const LogLine> lines, bool) override {
        const std::size_t count = std::min(room_, lines.size());
        lines_.insert(lines_.end(), lines.begin(), lines.begin() + static_cast<long>(count));
        room_ -= count;
        return count;
    }

private:
    std::vector<LogLine>& lines_;
    std::size_t& room_;
};

struct Book {
    std::vector<LogLine> lines;
    FakeClock clock;
    FakeSchedule schedule;
    Fd page = *UnsentLines::make_page();
    UnsentLines unsent = *UnsentLines::of_page(page);
    LogBook book{"postfix/smtpd", clock};
    Log log{book};

    Book() {
        book.add(std::make_unique<MemorySink>(lines));
        book.set_schedule(&schedule);
        book.set_unsent_lines(&unsent);
    }
    WallTime complete() const { return unsent.complete_until(clock.wall()); }
};

}  // namespace

TEST_CASE("lines go at the end of the turn, those of many turns in a row together", "[base][log]") {
    Book it;
    it.log.info("one {}", 1);
    it.log.info("two");
    CHECK(it.lines.empty());
    CHECK(it.schedule.waits == std::vector{milliseconds(0)});   // asked for once
    it.book.flush();
    CHECK(it.lines.size() == 2);
    CHECK(it.lines[0].tagged_text() == fmt::format("postfix/smtpd[{}]: one 1", ::getpid()));
    for (int turn = 1; turn < 16; ++turn) {
        it.log.info("three");
        CHECK(it.schedule.waits.back() == milliseconds(0));
        it.book.flush();
    }
    it.clock.advance(milliseconds(4));
    it.log.info("four");
    CHECK(it.schedule.waits.back() == milliseconds(11));   // one in 15 from now on
    it.book.flush();
    it.clock.advance(milliseconds(16 * 15));
    it.log.info("five");
    CHECK(it.schedule.waits.back() == milliseconds(0));
}

TEST_CASE("4 KiB of lines are written without being asked", "[base][log]") {
    Book it;
    for (int i = 0; i < 50; ++i) it.log.info("{}", std::string(100, 'x'));
    CHECK(it.lines.size() >= 30);
}

TEST_CASE("it is marked that lines are kept, until they are sent", "[base][log]") {
    Book it;
    const WallTime before = it.clock.wall();
    it.log.info("kept");
    it.clock.advance(milliseconds(7));
    CHECK(it.complete() <= before);
    it.book.flush();
    CHECK(it.complete() == it.clock.wall());
}

TEST_CASE("a place is kept for a line until that line is sent", "[base][log]") {
    Book it;
    const WallTime before = it.clock.wall();
    std::optional<LogPlace> place(it.book);
    it.clock.advance(milliseconds(3));
    CHECK(it.complete() <= before);
    it.log.line(Severity::info, "in its place", before);
    place.reset();
    CHECK(it.complete() <= before);   // not sent yet
    it.book.flush();
    CHECK(it.complete() == it.clock.wall());
}

TEST_CASE("a place that no line needs is given back at once", "[base][log]") {
    Book it;
    { const LogPlace place(it.book); }
    it.clock.advance(milliseconds(1));
    CHECK(it.complete() == it.clock.wall());
}

TEST_CASE("where lines cannot be marked, none waits for the next turn", "[base][log]") {
    Book it;
    it.book.set_unsent_lines(nullptr);
    it.log.info("a");
    it.book.flush();
    it.log.info("b");
    CHECK(it.schedule.waits == std::vector(2, milliseconds(0)));
}

TEST_CASE("each line has the time of its event", "[base][log]") {
    Book it;
    const WallTime begin = it.clock.wall();
    it.log.info("a");
    it.clock.advance(milliseconds(7));
    it.log.info("b");
    it.clock.advance(milliseconds(7));
    it.book.flush();
    CHECK(it.lines[0].when == begin);
    CHECK(it.lines[1].when == begin + milliseconds(7));
}

TEST_CASE("a warning goes out at once, after what came before it", "[base][log]") {
    Book it;
    it.log.info("first");
    it.log.warning("table {} is down", "x");
    REQUIRE(it.lines.size() == 2);
    CHECK(it.lines[1].tagged_text().ends_with("]: warning: table x is down"));
}

TEST_CASE("nothing is lost when the log ends, or is moved elsewhere", "[base][log]") {
    std::vector<LogLine> lines;
    FakeSchedule schedule;
    {
        LogBook book("postfix/smtpd");
        book.add(std::make_unique<MemorySink>(lines));
        book.set_schedule(&schedule);
        Log(book).info("a");
        book.remove_sinks();
        CHECK(lines.size() == 1);
        book.add(std::make_unique<MemorySink>(lines));
        Log(book).info("b");
    }
    CHECK(lines.size() == 2);
}

TEST_CASE("without a loop each line goes out at once", "[base][log]") {
    std::vector<LogLine> lines;
    LogBook book("postfix/postsuper");
    book.add(std::make_unique<MemorySink>(lines));
    Log(book).info("a");
    CHECK(lines.size() == 1);
}

TEST_CASE("what comes from outside cannot make a second line or a long one", "[base][log]") {
    Book it;
    it.log.warning("{}", "a\r\nNov 24 host postfix/qmgr[1]: forged \x1b[2J \xFF");
    CHECK(it.lines[0].text == "a??Nov 24 host postfix/qmgr[1]: forged ?[2J ?");
    it.log.warning("{}", std::string(5000, 'x'));
    CHECK(it.lines[1].text.size() == 2000);
}

TEST_CASE("a session speaks under its own number, as talkative as it is told", "[base][log]") {
    Book it;
    const Log session = it.log.numbered(4194310, 2);
    session.warning("x");
    CHECK(it.lines[0].tagged_text() == "postfix/smtpd[4194310]: warning: x");
    session.verbose(2, "detail");
    session.verbose(3, "more");
    it.log.verbose(1, "quiet");
    it.book.flush();
    CHECK(it.lines.size() == 2);
}

TEST_CASE("fatal writes everything, then ends the process as main says", "[base][log]") {
    Book it;
    it.log.info("before");
    struct Ended {};
    it.book.set_end([&](Severity severity) {
        CHECK(severity == Severity::fatal);
        CHECK(it.lines.size() == 2);
        throw Ended();
    });
    CHECK_THROWS_AS(it.log.fatal("no {}", "queue"), Ended);
    CHECK(it.lines[1].tagged_text().ends_with("fatal: no queue"));
}

TEST_CASE("lines that nobody takes are kept, in order, and offered again", "[base][log]") {
    std::vector<LogLine> lines;
    std::size_t room = 1;
    FakeSchedule schedule;
    LogBook book("postfix/smtpd");
    book.add(std::make_unique<NarrowSink>(lines, room));
    book.set_schedule(&schedule);
    for (int i = 0; i < 3; ++i) Log(book).info("{}", i);
    book.flush();
    CHECK(lines.size() == 1);
    CHECK(schedule.waits.size() == 2);   // for the lines, then for another try
    room = 10;
    book.flush();
    REQUIRE(lines.size() == 3);
    CHECK(lines[2].text == "2");
}

TEST_CASE("a backlog is bounded, and its loss is told", "[base][log]") {
    std::vector<LogLine> lines;
    std::size_t room = 0;
    LogBook book("postfix/smtpd");
    book.add(std::make_unique<NarrowSink>(lines, room));
    for (int i = 0; i < 2000; ++i) Log(book).info("{}", std::string(1500, 'x'));
    room = 10000;
    book.flush();
    book.flush();
    std::size_t bytes = 0;
    for (const LogLine& line : lines) bytes += line.size();
    CHECK(bytes <= (1 << 20) + 2000);
    const auto kept = lines.size() - 1;
    CHECK(lines.back().tagged_text().ends_with(
        fmt::format("warning: {} log lines were lost: nobody took them", 2000 - kept)));
}

TEST_CASE("a child does not say again what its parent will", "[base][log]") {
    Book it;
    it.log.info("of the parent");
    it.book.after_fork();
    it.book.flush();
    CHECK(it.lines.empty());
}

TEST_CASE("severities go by their names", "[base][log]") {
    CHECK(parse_severity("warn") == Severity::warning);
    CHECK(parse_severity("WARNING") == Severity::warning);
    CHECK(parse_severity("panic") == Severity::panic);
    CHECK_FALSE(parse_severity("debug"));
    CHECK(severity_prefix(Severity::info).empty());
    CHECK(severity_prefix(Severity::error) == "error: ");
}

TEST_CASE("a line may be of an earlier moment than that in which it is told", "[base][log]") {
    Book it;
    const WallTime earlier = it.clock.wall() - seconds(2);
    it.log.line(Severity::info, "then", earlier);
    it.log.line(Severity::info, "now");
    it.book.flush();
    CHECK(it.lines[0].when == earlier);
    CHECK(it.lines[1].when == it.clock.wall());
}
