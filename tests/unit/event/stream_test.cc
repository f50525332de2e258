#include "lib/event/stream.h"
#include "tests/unit/event/pair.h"

#include "lib/event/group.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <malloc.h>

#include <vector>

using namespace postern;
using namespace postern::event;
using postern::test::Pair;
using postern::test::soon;
using postern::test::turns;

namespace {

using Lines = std::vector<std::string>;

/// Reads lines until something else comes, which is noted by its kind.
Task<void> read_lines(Stream& stream, std::size_t limit, Deadline deadline, Lines& lines) {
    for (;;) {
        auto line = co_await stream.read_line(limit, deadline);
        if (line) {
            lines.push_back(*line);
        } else if (line.error().code == Errc::too_long) {
            lines.push_back("(too long)");
        } else {
            lines.push_back("(" + line.error().text + ")");
            co_return;
        }
    }
}

/// Reads lines for as long as the test looks.
class Reading {
public:
    explicit Reading(Loop& loop, std::size_t limit = 100, Pace pace = Pace::dialogue)
        : loop_(loop), pair(loop, pace), task_(read_lines(*pair.stream, limit, soon(loop), lines)) {
        task_.start();
    }
    void send(std::string_view text) {
        pair.peer->send(text);
        loop_.run(turns(loop_, 3));
    }
    bool is_over() const { return task_.done(); }

private:
    Loop& loop_;

public:
    Pair pair;
    Lines lines;

private:
    Task<void> task_;
};

Task<Result<void>> flush(Stream& stream, Deadline deadline) {
    co_return co_await stream.flush(deadline);
}

Task<Result<std::string>> read_line(Stream& stream, Deadline deadline) {
    co_return co_await stream.read_line(100, deadline);
}

Task<void> dialogue(Stream& stream, std::string& stage, std::shared_ptr<int> held) {
    const auto copy = held;
    stage = "greeting";
    stream.write("220 hello\r\n");
    for (;;) {
        auto line = co_await stream.read_line(100, soon(stream.loop()));
        if (!line) co_return;
        stage = *line;
        if (*line == "DATA") {
            auto content = co_await read_exactly(stream, 10, soon(stream.loop()));
            if (!content) co_return;
            stage = *content;
        }
        stream.write("250 ok\r\n");
        auto sent = co_await stream.flush(soon(stream.loop()));
        if (!sent) co_return;
    }
}

/// Fills the buffers between the two ends, so that the stream can write no more.
void choke(Stream& stream, test::Peer&) { stream.write(std::string(4 << 20, 'x')); }

Task<std::string> peek(Stream& stream, std::size_t least) {
    auto have = co_await stream.peek(least, soon(stream.loop()));
    co_return have ? std::string(*have) : "(" + have.error().text + ")";
}

}  // namespace

TEST_CASE("lines end with LF or CR LF, however they arrive", "[event]") {
    Loop loop;
    Reading it(loop);
    it.send("one\r\ntwo\nth");
    it.send("ree\r");
    CHECK(it.lines == Lines{"one", "two"});
    it.send("\n\r\nx\ry\n");
    CHECK(it.lines == Lines{"one", "two", "three", "", "x\ry"});
}

TEST_CASE("each byte may come alone", "[event]") {
    Loop loop;
    Reading it(loop);
    for (char c : std::string("HELO x\r\nQUIT\r\n")) it.send({&c, 1});
    CHECK(it.lines == Lines{"HELO x", "QUIT"});
}

TEST_CASE("a line above its bound is told once, and the next one is read", "[event]") {
    Loop loop;
    Reading it(loop, 10);
    it.send("0123456789\r\n01234567890\r\nnext\n");
    CHECK(it.lines == Lines{"0123456789", "(too long)", "next"});
    it.send(std::string(150'000, 'x'));
    it.send(std::string(70'000, 'x'));
    CHECK(it.lines.size() == 3);
    CHECK(it.pair.stream->buffered().size() <= 12);
    it.send("\r\nlast\r\n");
    CHECK(it.lines == Lines{"0123456789", "(too long)", "next", "(too long)", "last"});
    it.send("01234567890\r");   // the bound is passed, the end half there
    it.send("\n0123456789\r");
    it.send("\n");
    CHECK(Lines(it.lines.begin() + 5, it.lines.end()) == Lines{"(too long)", "0123456789"});
}

TEST_CASE("a peer that closes is told as such, after its last whole line", "[event]") {
    Loop loop;
    Reading it(loop);
    it.pair.peer->send("last\r\nhalf a li");
    it.pair.peer->close();
    loop.run(turns(loop, 4));
    CHECK(it.lines == Lines{"last", "(lost connection)"});
    CHECK(it.is_over());
}

TEST_CASE("a peer that ends its output gets its answers", "[event]") {
    Loop loop;
    Pair pair(loop);
    std::string stage;
    TaskGroup group(loop);
    group.spawn(dialogue(*pair.stream, stage, std::make_shared<int>(0)));
    pair.peer->send("NOOP\r\nDATA\r\n0123456789QUIT\r\n");
    pair.peer->end_output();
    loop.run(group.all_ended());
    CHECK(stage == "QUIT");
    CHECK(pair.peer->receive() == "220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
}

TEST_CASE("data that came with the end of input is read, in whatever turn it came", "[event]") {
    for (int turns_before = 0; turns_before < 3; ++turns_before) {
        Loop loop;
        Reading it(loop);
        it.send("a\n");
        it.pair.peer->send(std::string(70'000, '\n'));
        loop.run(turns(loop, turns_before));
        it.pair.peer->send("b\nc\n");
        it.pair.peer->end_output();
        loop.run(turns(loop, 6));
        REQUIRE(it.lines.size() == 70'004);
        CHECK(it.lines[70'002] == "c");
        CHECK(it.is_over());
    }
}

TEST_CASE("a read and a flush end at their deadline", "[event]") {
    Loop loop;
    Pair pair(loop);
    pair.peer->send("half");
    const auto late = loop.run(read_line(*pair.stream, loop.in(milliseconds(5))));
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::timeout);
    choke(*pair.stream, *pair.peer);
    CHECK(loop.run(flush(*pair.stream, loop.in(milliseconds(5)))).error().code == Errc::timeout);
}

TEST_CASE("what is there is read though the deadline has passed", "[event]") {
    Loop loop;
    Pair pair(loop);
    pair.peer->send("now\n");
    CHECK(*loop.run(read_line(*pair.stream, loop.in(seconds(-1)))) == "now");
}

TEST_CASE("a dialogue says what it has to say before it waits", "[event]") {
    Loop loop;
    Reading it(loop);
    it.pair.stream->write("220 hello\r\n");
    CHECK(it.pair.peer->receive().empty());
    it.send("a\n");
    CHECK(it.pair.peer->receive() == "220 hello\r\n");
    CHECK(it.pair.stream->unsent() == 0);
}

TEST_CASE("a peer that never reads stops us reading", "[event]") {
    Loop loop;
    Reading it(loop);
    choke(*it.pair.stream, *it.pair.peer);
    it.send("one\n");
    it.send("two\n");
    const std::size_t before = it.lines.size();
    CHECK(before <= 1);   // what was waited for already
    std::size_t sent = 0;
    while (it.pair.peer->send(std::string(1000, '\n')) && sent < (64u << 20)) {
        sent += 1000;
        loop.run(turns(loop, 1));
    }
    CHECK(sent < (4u << 20));   // its side is full as well: nobody takes it
    CHECK(it.lines.size() == before);
    while (it.pair.stream->unsent() > 0) {   // when it reads again, all goes on
        it.pair.peer->receive();
        loop.run(turns(loop, 2));
    }
    loop.run(turns(loop, 3));
    CHECK(it.lines.size() > sent);
}

TEST_CASE("independent messages are read though the peer does not read ours", "[event]") {
    Loop loop;
    Reading it(loop, 100, Pace::independent);
    choke(*it.pair.stream, *it.pair.peer);
    it.pair.stream->flush_soon();
    it.send("one\n");
    it.send("two\n");
    CHECK(it.lines == Lines{"one", "two"});
}

TEST_CASE("flush_soon writes once at the end of the turn", "[event]") {
    Loop loop;
    Pair pair(loop, Pace::independent);
    pair.stream->write("a");
    pair.stream->flush_soon();
    pair.stream->write("b");
    pair.stream->flush_soon();
    CHECK(pair.peer->receive().empty());
    loop.run(turns(loop, 1));
    CHECK(pair.peer->receive() == "ab");
    CHECK(pair.stream->unsent() == 0);
}

TEST_CASE("what the socket does not take at once follows", "[event]") {
    Loop loop;
    Pair pair(loop, Pace::independent);
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += fmt::format("{:06}\n", i);
    pair.stream->write(text);
    pair.stream->flush_soon();
    std::string got;
    while (got.size() < text.size()) {
        loop.run(turns(loop, 1));
        got += pair.peer->receive();
    }
    CHECK(got == text);
}

TEST_CASE("writing to a peer that has gone fails, and does not kill us", "[event]") {
    Loop loop;
    Pair pair(loop);
    pair.peer->close();
    pair.stream->write("hello");
    const auto sent = loop.run(flush(*pair.stream, soon(loop)));
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::closed);
    CHECK(pair.stream->unsent() == 0);
}

TEST_CASE("peeked bytes stay until they are consumed", "[event]") {
    Loop loop;
    Pair pair(loop);
    pair.peer->send("abcdef");
    CHECK(loop.run(peek(*pair.stream, 1)) == "abcdef");
    CHECK(loop.run(peek(*pair.stream, 6)) == "abcdef");
    pair.stream->consume(2);
    CHECK(pair.stream->buffered() == "cdef");
    CHECK(*loop.run(read_exactly(*pair.stream, 3, soon(loop))) == "cde");
    pair.peer->close();
    CHECK(loop.run(peek(*pair.stream, 2)) == "(lost connection)");
    CHECK(pair.stream->buffered() == "f");
}

TEST_CASE("a session ends at each of its waits", "[event]") {
    const std::vector<std::string> script{"", "EHLO x\r\n", "DATA\r\n", "01234", "56789", "QU"};
    for (std::size_t steps = 1; steps <= script.size(); ++steps) {
        Loop loop;
        auto held = std::make_shared<int>(0);
        std::string stage;
        Pair pair(loop);
        {
            Task<void> task = dialogue(*pair.stream, stage, held);
            task.start();
            for (std::size_t i = 0; i < steps; ++i) {
                pair.peer->send(script[i]);
                loop.run(turns(loop, 3));
            }
            CHECK_FALSE(task.done());
            CHECK(held.use_count() > 1);
        }
        CHECK(held.use_count() == 1);
        pair.peer->send("more\r\n");
        loop.run(turns(loop, 3));   // the stream is there, nobody waits
        pair.stream.reset();
        CHECK_FALSE(pair.peer->receive().empty());
        loop.run(turns(loop, 2));
    }
}

TEST_CASE("a session ends while it waits for a peer that does not read", "[event]") {
    Loop loop;
    Pair pair(loop);
    choke(*pair.stream, *pair.peer);
    {
        Task<Result<void>> task = flush(*pair.stream, soon(loop));
        task.start();
        loop.run(turns(loop, 2));
        CHECK_FALSE(task.done());
    }
    for (int i = 0; i < 100; ++i) {
        pair.peer->receive();
        loop.run(turns(loop, 1));
    }
    CHECK(pair.stream->unsent() == 0);   // what was written goes out all the same
}

TEST_CASE("a buffer that is never quite empty does not grow", "[event]") {
    Loop loop;
    Reading it(loop, 1000);
    it.send("x");
    const std::string chunk = std::string(500, 'y') + "\n" + std::string(500, 'z');
    const auto before = ::mallinfo2();
    for (int i = 0; i < 20'000; ++i) {
        it.send(chunk);
        it.lines.clear();
    }
    const auto after = ::mallinfo2();
    CHECK(it.pair.stream->buffered().size() == 500);
    CHECK(after.uordblks + after.hblkhd < before.uordblks + before.hblkhd + (1 << 20));
}

namespace {

/// Stands for TLS: each byte is changed, and input is held back until the whole block is there.
class Rotated final : public Filter {
public:
    IoResult read(int fd, std::span<char> buffer) override {
        char block[8];
        const ssize_t got = ::recv(fd, block, sizeof block, MSG_DONTWAIT);
        if (got == 0) return {IoResult::closed};
        if (got < 0 && held_.empty()) return {IoResult::wait_read};
        for (ssize_t i = 0; i < got; ++i) held_ += static_cast<char>(block[i] - 1);
        const std::size_t count = std::min<std::size_t>({buffer.size(), held_.size(), 3});
        std::copy_n(held_.begin(), count, buffer.begin());
        held_.erase(0, count);
        return {IoResult::done, count};
    }
    IoResult write(int fd, std::string_view data) override {
        const char c = static_cast<char>(data.front() + 1);
        if (::send(fd, &c, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1) return {IoResult::wait_write};
        return {IoResult::done, 1};
    }
    bool has_pending() const override { return !held_.empty(); }

private:
    std::string held_;
};

std::string rotated(std::string text) {
    for (char& c : text) ++c;
    return text;
}

}  // namespace

TEST_CASE("a filter stands between the stream and its socket", "[event]") {
    Loop loop;
    Reading it(loop);
    it.send("plain\n");
    it.pair.stream->set_filter(std::make_unique<Rotated>());
    it.send(rotated("secret line that is long\r\nanother\r\n"));
    CHECK(it.lines == Lines{"plain", "secret line that is long", "another"});
    it.pair.stream->write("250 ok\r\n");
    it.send(rotated("x\n"));
    CHECK(it.pair.peer->receive() == rotated("250 ok\r\n"));
    it.pair.peer->close();
    loop.run(turns(loop, 3));
    CHECK(it.is_over());
}
