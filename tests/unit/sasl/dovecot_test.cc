// Attempts over one shared connection to a Dovecot that the test plays.
#include "lib/sasl/dovecot.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <unistd.h>

namespace postern::sasl {

namespace {

/// The other side of a Unix socket in a folder of its own.
class FakeDovecot {
public:
    explicit FakeDovecot(event::Loop& loop) : loop_(loop) {
        char name[] = "/tmp/dovecot-test-XXXXXX";
        folder_ = ::mkdtemp(name);
        path = folder_ + "/auth";
        auto socket = event::listen_on(*event::SocketAddress::unix_path(path), 5);
        listener_.emplace(loop, std::move(*socket), [this](Fd client, event::SocketAddress) {
            ++connections;
            stream = std::make_unique<event::Stream>(loop_, std::move(client), event::Pace::independent);
            say("VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nMECH\tANONYMOUS\tanonymous\nDONE\n");
        });
    }
    ~FakeDovecot() {
        ::unlink(path.c_str());
        ::rmdir(folder_.c_str());
    }
    void say(std::string_view text) {
        stream->write(text);
        stream->flush_soon();
    }
    Task<std::string> hear() {
        auto line = co_await stream->read_line(9999, loop_.in(seconds(5)));
        co_return line ? *line : "(" + line.error().text + ")";
    }

    std::string path;
    std::unique_ptr<event::Stream> stream;
    int connections = 0;

private:
    event::Loop& loop_;
    std::string folder_;
    std::optional<event::Listener> listener_;
};

struct Place {
    event::Loop loop;
    event::Pool names{loop, 0};
    LogBook book{"test"};
    FakeDovecot other{loop};
    std::unique_ptr<Dovecot> dovecot =
        std::move(*Dovecot::open(loop, names, {other.path, "smtp", seconds(5)}, Log(book)));
};

Task<Step> attempt(std::unique_ptr<Exchange>& exchange, std::string response) {
    co_return co_await exchange->start("PLAIN", Secret(std::move(response)));
}

/// Lets `task` run beside what the test does.
struct Beside {
    explicit Beside(event::Loop& loop) : tasks(loop) {}
    std::optional<Step> step;
    event::TaskGroup tasks;
};

Task<void> run_beside(Beside& beside, std::unique_ptr<Exchange>& exchange, std::string response) {
    beside.step = co_await attempt(exchange, std::move(response));
}

Task<void> skip_greeting(FakeDovecot& other) {
    std::ignore = co_await other.hear();
    std::ignore = co_await other.hear();
}

}  // namespace

TEST_CASE("mechanisms are those that the security options allow", "[sasl]") {
    Place place;
    auto names = place.loop.run(place.dovecot->mechanisms({}, *SecurityOptions::parse({"noanonymous"})));
    REQUIRE(names);
    CHECK(*names == std::vector<std::string>{"PLAIN", "LOGIN"});
}

TEST_CASE("two attempts share a connection, and answers may overtake", "[sasl]") {
    Place place;
    std::ignore = place.loop.run(place.dovecot->mechanisms({}, {}));
    place.loop.run(skip_greeting(place.other));
    auto first = place.dovecot->begin({}, {}), second = place.dovecot->begin({}, {});
    Beside one(place.loop), two(place.loop);
    one.tasks.spawn(run_beside(one, first, "a"));
    two.tasks.spawn(run_beside(two, second, "b"));
    CHECK(place.loop.run(place.other.hear()).starts_with("AUTH\t1\tPLAIN\t"));
    CHECK(place.loop.run(place.other.hear()).starts_with("AUTH\t2\tPLAIN\t"));
    place.other.say("OK\t2\tuser=second\nFAIL\t1\tuser=first\n");
    place.loop.run(one.tasks.all_ended());
    CHECK(one.step->kind == Step::Kind::failure);
    CHECK(two.step->kind == Step::Kind::success);
    CHECK(second->username() == "second");
    CHECK(place.other.connections == 1);
}

TEST_CASE("a malformed line or a lost connection makes attempts unavailable, and the next one connects anew",
          "[sasl]") {
    const std::string_view last_words = GENERATE("CONT\t1\t!!\n", "OK\t1\n", "OK\n", "");
    Place place;
    auto exchange = place.dovecot->begin({}, {});
    Beside one(place.loop);
    one.tasks.spawn(run_beside(one, exchange, "a"));
    std::ignore = place.loop.run(place.dovecot->mechanisms({}, {}));
    place.loop.run(skip_greeting(place.other));
    std::ignore = place.loop.run(place.other.hear());
    if (last_words.empty()) place.other.stream.reset();
    else place.other.say(last_words);
    place.loop.run(one.tasks.all_ended());
    CHECK(one.step->kind == Step::Kind::unavailable);
    CHECK(place.loop.run(place.dovecot->mechanisms({}, {})));
    CHECK(place.other.connections == 2);
}

TEST_CASE("an attempt that is given up is cancelled", "[sasl]") {
    Place place;
    std::ignore = place.loop.run(place.dovecot->mechanisms({}, {}));
    place.loop.run(skip_greeting(place.other));
    {
        auto exchange = place.dovecot->begin({}, {});
        Beside one(place.loop);
        one.tasks.spawn(run_beside(one, exchange, "a"));
        std::ignore = place.loop.run(place.other.hear());
        one.tasks.cancel();
    }
    CHECK(place.loop.run(place.other.hear()) == "CANCEL\t1");
}

TEST_CASE("a mechanism that Dovecot does not have fails without asking", "[sasl]") {
    Place place;
    auto exchange = place.dovecot->begin({}, {});
    CHECK(place.loop.run(exchange->start("GSSAPI", std::nullopt)).kind == Step::Kind::failure);
}

}  // namespace postern::sasl
