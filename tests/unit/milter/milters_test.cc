// Conversations with milters that the test plays.
#include "lib/event/group.h"
#include "lib/milter/milters.h"
#include "tests/unit/milter/stored_message.h"

#include <algorithm>
#include <map>

namespace postern::milter {

namespace {

std::string packet(char kind, std::string_view data = {}) {
    std::string bytes = coded(static_cast<Command>(kind), data);
    return bytes;
}
std::string offer(std::uint32_t version, std::uint32_t actions, std::uint32_t steps) {
    return packet('O', DataWriter().number(version).number(actions).number(steps).take());
}

/// Answers each command by what the test wrote down for it; else by "go on".
class FakeMilter {
public:
    explicit FakeMilter(event::Loop& loop) : loop_(loop), tasks_(loop) {
        char name[] = "/tmp/milter-test-XXXXXX";
        folder_ = ::mkdtemp(name);
        path = folder_ + "/m";
        listener_.emplace(loop, std::move(*event::listen_on(*event::SocketAddress::unix_path(path), 5)),
                          [this](Fd client, event::SocketAddress) { tasks_.spawn(serve(std::move(client))); });
    }
    ~FakeMilter() {
        ::unlink(path.c_str());
        ::rmdir(folder_.c_str());
    }
    MilterSettings settings(DefaultAction action = DefaultAction::tempfail) const {
        MilterSettings settings;
        settings.name = "unix:" + path;
        settings.endpoint = *table::Endpoint::parse(settings.name);
        settings.default_action = action;
        return settings;
    }

    std::string path;
    std::map<char, std::string> answers;   ///< "" closes the connection
    std::string heard;                     ///< the letters of the commands
    std::map<char, std::string> data;

private:
    Task<void> serve(Fd client) {
        event::Stream stream(loop_, std::move(client));
        for (;;) {
            auto head = co_await event::read_exactly(stream, 4, loop_.in(seconds(5)));
            if (!head) co_return;
            auto body = co_await event::read_exactly(stream, *DataReader(*head).number(), loop_.in(seconds(5)));
            if (!body) co_return;
            const char kind = body->front();
            if (kind != 'D') heard += kind;
            data[kind] += body->substr(1);
            if (kind == 'D' || kind == 'A' || kind == 'Q') continue;
            const auto found = answers.find(kind);
            if (found != answers.end() && found->second.empty()) co_return;
            stream.write(found != answers.end() ? found->second : kind == 'O' ? offer(6, 0x1ff, 0) : packet('c'));
        }
    }

    event::Loop& loop_;
    std::string folder_;
    std::optional<event::Listener> listener_;
    event::TaskGroup tasks_;
};

struct Session {
    event::Loop loop;
    event::Pool names{loop, 0};
    LogBook book{"test"};
    FakeMilter milter{loop};
    Surroundings surroundings{loop, names, {}, Log(book)};
    DefaultAction action = DefaultAction::tempfail;
    std::unique_ptr<Milters> milters;
    StoredMessage message{{"Received: ours", "Subject: x", "", "hi"}};

    Milters& open() {
        milters = std::make_unique<Milters>(surroundings, std::vector{milter.settings(action)},
                                            [](std::string_view) { return std::nullopt; });
        return *milters;
    }
    Verdict until_data() {
        for (int i = 0; i < 5; ++i) {
            Verdict verdict = step(i);
            if (!verdict.goes_on()) return verdict;
        }
        return {};
    }
    Edits content() { return loop.run(milters->message(message.content(true))).edits; }

private:
    Verdict step(int i) {
        switch (i) {
        case 0: return loop.run(milters->connect({"a.example", "192.0.2.1", 25, AF_INET}));
        case 1: return loop.run(milters->helo("a"));
        case 2: return loop.run(milters->mail({"<a@b.example>", "SIZE=1"}));
        case 3: return loop.run(milters->rcpt({"<c@d.example>"}));
        default: return loop.run(milters->data());
        }
    }
};

}  // namespace

TEST_CASE("a milter hears the whole session, but not our own Received", "[milter]") {
    Session session;
    session.open();
    CHECK(session.until_data().goes_on());
    CHECK(session.content().fate == Edits::Fate::deliver);
    CHECK(session.milter.heard == "OCHMRTLNBE");
    CHECK(session.milter.data['C'] == std::string("a.example\0" "4\0\x19" "192.0.2.1\0", 23));
    CHECK(session.milter.data['M'] == std::string("<a@b.example>\0SIZE=1\0", 21));
    CHECK(session.milter.data['L'] == std::string("Subject\0x\0", 10));
    CHECK(session.milter.data['B'] == "hi\r\n");
}

TEST_CASE("what a milter does not want to hear is not said", "[milter]") {
    Session session;
    session.milter.answers['O'] = offer(6, 0, no_helo | no_body | no_headers | silent_mail);
    session.milter.answers['M'] = packet('p');   // no answer that anybody waits for
    session.open();
    CHECK(session.until_data().goes_on());
    std::ignore = session.content();
    CHECK(session.milter.heard == "OCMRTNE");
}

TEST_CASE("a milter that fails amid a message is passed by, where that is its default", "[milter]") {
    const char command = GENERATE('L', 'N', 'B', 'E');
    Session session;
    session.action = DefaultAction::accept;
    session.milter.answers[command] = "";
    session.open();
    CHECK(session.until_data().goes_on());
    CHECK(session.content().fate == Edits::Fate::deliver);
}

TEST_CASE("answers become replies", "[milter]") {
    const auto [answer, reply] = GENERATE(Catch::Generators::table<std::string, std::string>({
        {packet('r'), "550 5.7.1 Command rejected"},
        {packet('t'), "451 4.7.1 Service unavailable - try again later"},
        {packet('4'), "421 4.7.0 Server closing connection"},
        {packet('y', std::string_view("554 5.6.0 bad\0", 14)), "554 5.6.0 bad"},
        {packet('y', std::string_view("550-5.7.1 one\r\n550 5.7.1 two\0", 30)), "550 5.7.1 one two"},
        {packet('y', std::string_view("250 2.0.0 ok\0", 13)), "451 4.3.5 Server configuration problem - try again later"},
        {packet('y', "no end"), "451 4.3.5 Server configuration problem - try again later"},
        {packet('p') + packet('p') + packet('r'), "550 5.7.1 Command rejected"},
    }));
    Session session;
    session.milter.answers['M'] = answer;
    session.open();
    const Verdict verdict = session.until_data();
    CHECK(verdict.kind == Verdict::Kind::refuse);
    CHECK(verdict.reply.one_line() == reply);
}

TEST_CASE("a milter that fails is answered for by its default action from then on", "[milter]") {
    const std::string answer = GENERATE(std::string(), packet('Z'), packet('h', "x"), std::string("\0\0\0\0", 4),
                                        std::string("\xff\xff\xff\xff", 4));
    Session session;
    session.milter.answers['H'] = answer;
    SECTION("tempfail") {
        session.open();
        CHECK(session.until_data().reply.code == 451);
        CHECK(session.loop.run(session.milters->mail({"<>"})).reply.code == 451);
    }
    SECTION("accept") {
        session.action = DefaultAction::accept;
        session.open();
        CHECK(session.until_data().goes_on());
        CHECK(session.milter.heard == "OCH");
    }
    SECTION("shutdown") {
        session.action = DefaultAction::shutdown;
        session.open();
        CHECK(session.until_data().reply.code == 421);
    }
    SECTION("quarantine") {
        session.action = DefaultAction::quarantine;
        session.open();
        CHECK(session.until_data().goes_on());
        CHECK(session.content().holds);
    }
}

TEST_CASE("a milter that is not there, or speaks another version, has failed", "[milter]") {
    Session session;
    const std::string answer = GENERATE(offer(7, 0, 0), offer(1, 0, 0), offer(6, 0x200, 0),
                                        packet('O', "x"), packet('c'));
    session.milter.answers['O'] = answer;
    session.open();
    CHECK(session.until_data().reply.code == 451);
}

TEST_CASE("no message is edited by half", "[milter]") {
    Session session;
    session.action = DefaultAction::accept;
    const std::string half = packet('h', std::string_view("X-A\0001\0", 6)) + packet('b', "new body\r\n");
    session.milter.answers['E'] = half + GENERATE(std::string("\0\0\0\0", 4), packet('Z'), packet('m', "x"));
    session.open();
    CHECK(session.until_data().goes_on());
    auto outcome = session.loop.run(session.milters->message(session.message.content(true)));
    CHECK(outcome.edits.fate == Edits::Fate::deliver);
    CHECK_FALSE(outcome.edits.changes_header);
    CHECK_FALSE(outcome.edits.changes_body);
    CHECK(outcome.body.empty());
}

TEST_CASE("accept ends a mail for that milter, discard says yes to the client", "[milter]") {
    Session session;
    session.milter.answers['R'] = packet('a');
    session.open();
    CHECK(session.until_data().goes_on());
    std::ignore = session.content();
    CHECK(session.milter.heard == "OCHMR");
    session.milters->end_mail();
    session.milter.answers['M'] = packet('d');
    CHECK(session.loop.run(session.milters->mail({"<>"})).kind == Verdict::Kind::discard);
}

TEST_CASE("skip spares a milter the rest of the body", "[milter]") {
    Session session;
    session.message = StoredMessage({"A: 1", "", std::string(70000, 'x'), std::string(70000, 'y')});
    session.milter.answers['O'] = offer(6, 0, may_skip);
    session.milter.answers['B'] = packet('s');
    session.open();
    CHECK(session.until_data().goes_on());
    std::ignore = session.content();
    CHECK(std::count(session.milter.heard.begin(), session.milter.heard.end(), 'B') == 1);
}

}  // namespace postern::milter
