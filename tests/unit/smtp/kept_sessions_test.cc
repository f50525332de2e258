#include "tests/unit/base/fake_clock.h"
#include "tests/unit/smtp/lab.h"

#include <fmt/format.h>

namespace postern::smtp::test {

namespace {

Task<void> turn(event::Loop& loop) { co_await event::Yield(loop); }

}  // namespace

TEST_CASE("a lone message ends its session with QUIT", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.deliver_one(at(server));
    CHECK(lab.kept.size() == 0);
}

TEST_CASE("a destination with much mail keeps its session for the next message", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.deliver_one(at(server));
    for (int i = 0; i < 3; ++i) lab.deliver_one(at(server));
    CHECK(server.sessions == 2);   // the first was alone, and said QUIT
    CHECK(server.mails.size() == 4);
    CHECK(lab.kept.size() == 1);
    CHECK(lab.has_logged("conn_use=3"));
}

TEST_CASE("smtp_connection_cache_destinations keeps sessions from the first on", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.settings.connection_cache_on_demand = false;
    lab.deliver_one(at(server));
    CHECK(lab.kept.size() == 0);
    lab.keep_always("127.0.0.1");
    lab.deliver_one(at(server));
    CHECK(lab.kept.size() == 1);
}

TEST_CASE("smtp_connection_cache_destinations names hosts without brackets and port", "[smtp]") {
    for (const auto& [list, is_kept] : {std::pair("[127.0.0.1]", false), std::pair("other.example", false),
                                        std::pair("other.example, 127.0.0.1", true)}) {
        Lab lab("smtp_connection_cache_on_demand = no\n");
        FakeServer server(lab.loop);
        lab.keep_always(list);
        lab.deliver_one(at(server));
        CHECK(lab.kept.size() == (is_kept ? 1 : 0));
    }
}

TEST_CASE("a kept session serves another destination with the same server", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.keep_always("a.example, b.example");
    for (const char* domain : {"a.example", "b.example"}) lab.dns.address(domain, "127.0.0.1");
    const std::string port = ":" + std::to_string(server.port());
    lab.deliver_one("a.example" + port);
    CHECK(lab.deliver_one("b.example" + port).outcome == Outcome::delivered);
    CHECK(server.sessions == 2);   // another name for it: what it said of itself was for that one
    lab.dns.mx("c.example", 10, "b.example");
    CHECK(lab.deliver_one("c.example" + port).outcome == Outcome::delivered);
    CHECK(server.sessions == 2);
    CHECK(lab.kept.size() == 1);
}

TEST_CASE("destinations without mail are forgotten", "[smtp]") {
    Lab lab;
    postern::test::FakeClock clock;
    event::Loop loop(clock);
    KeptSessions kept(loop, lab.settings, {});
    const auto deliver = [&kept](int number) { KeptSessions::Delivery(kept, fmt::format("{}.example", number)); };
    for (int number = 0; number < 1000; ++number) {
        deliver(number);
        clock.advance(seconds(1));
        loop.run(turn(loop));
    }
    CHECK(kept.destinations() < 100);
}

TEST_CASE("row 9: a kept session that died meanwhile costs nothing but a new one", "[smtp]") {
    for (const char* death : {"CLOSE", "421 4.4.2 timeout"}) {
        Lab lab;
        FakeServer server(lab.loop);
        lab.keep_always("127.0.0.1");
        lab.deliver_one(at(server));
        REQUIRE(lab.kept.size() == 1);
        server.replies["MAIL"] = std::string(death) + "|250 2.1.0 Ok";
        CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
        CHECK(server.sessions == 2);
        CHECK(server.mails.size() == 2);
    }
}

TEST_CASE("a kept session that hung up while idle is not used", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    lab.keep_always("127.0.0.1");
    lab.deliver_one(at(server));
    server.hang_up();
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    CHECK(server.sessions == 2);
}

TEST_CASE("a kept session has forgotten the transaction that failed", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    server.replies["EHLO"] = "250 fake.example";
    lab.keep_always("127.0.0.1");
    server.replies["RCPT"] = "550 5.1.1 unknown|250 2.1.5 Ok";
    lab.deliver_one(at(server));
    CHECK(server.commands.back() == "RSET");
    CHECK(lab.kept.size() == 1);
    CHECK(lab.deliver_one(at(server)).outcome == Outcome::delivered);
    CHECK(server.sessions == 1);
}

TEST_CASE("a session is used no more often than smtp_connection_reuse_count_limit", "[smtp]") {
    Lab lab("smtp_connection_reuse_count_limit = 2\n");
    FakeServer server(lab.loop);
    lab.keep_always("127.0.0.1");
    for (int i = 0; i < 4; ++i) lab.deliver_one(at(server));
    CHECK(server.sessions == 2);
}

TEST_CASE("kept sessions say QUIT after their time, and when the process retires", "[smtp]") {
    Lab lab("smtp_connection_cache_time_limit = 1s\n");
    FakeServer server(lab.loop);
    lab.keep_always("127.0.0.1");
    lab.deliver_one(at(server));
    lab.kept.retire();
    CHECK(lab.kept.size() == 0);
    lab.deliver_one(at(server));
    CHECK(lab.kept.size() == 0);   // a retiring process keeps nothing
    CHECK(server.count("QUIT") >= 1);
}

TEST_CASE("LMTP gives each recipient its own final reply", "[smtp]") {
    Lab lab("", true);
    const std::string path = lab.folder.path() + "/lmtp";
    FakeServer server(lab.loop, path);
    server.is_lmtp = true;
    server.replies["LHLO"] = "250-fake.example\r\n250 PIPELINING";
    server.replies["."] = "250 2.1.5 Ok|452 4.2.2 full|550 5.2.1 gone";
    const auto reply = lab.deliver("unix:" + path, {"a@example", "b@example", "c@example"});
    CHECK(reply.results[0].outcome == Outcome::delivered);
    CHECK(reply.results[0].relay == "mail.example[" + path + "]");
    CHECK(reply.results[1].outcome == Outcome::deferred);
    CHECK(reply.results[2].outcome == Outcome::bounced);
    CHECK(reply.results[2].reason == "host mail.example[" + path +
                                         "] said: 550 5.2.1 gone (in reply to end of DATA command)");
    CHECK(server.commands[0] == "LHLO mail.example");
}

TEST_CASE("an LMTP socket that is not there defers", "[smtp]") {
    Lab lab("", true);
    const auto result = lab.deliver_one("unix:" + lab.folder.path() + "/none");
    CHECK(result.outcome == Outcome::deferred);
    CHECK(result.status == "4.4.1");
    CHECK(result.reason ==
          "connect to mail.example[" + lab.folder.path() + "/none]: No such file or directory");
}

namespace {
Task<void> deliver_then_say(Office& office, delivery::Job& job, bool& is_over) {
    co_await deliver(office, job);
    is_over = true;
}
}  // namespace

TEST_CASE("a delivery may be ended at each of its waits", "[smtp]") {
    for (const std::string verb : {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".", "none"}) {
        Lab lab;
        FakeServer server(lab.loop);
        server.replies["EHLO"] = "250 fake.example";
        server.replies[verb] = "";
        auto job = delivery::Job::open(lab.circumstances,
                                       lab.request(at(server), {"user@remote.example"}));
        REQUIRE(job);
        event::TaskGroup tasks(lab.loop);
        bool is_over = false;
        tasks.spawn(deliver_then_say(lab.office, *job, is_over));
        // As many turns as the dialogue can take; where it comes to its end, that is waited for.
        for (int i = 0; !is_over && i < (verb == "none" ? 60'000 : 40); ++i)
            lab.loop.run([](event::Loop& loop) -> Task<void> {
                co_await event::Sleep(loop, loop.in(milliseconds(1)));
            }(lab.loop));
        tasks.cancel();
        const auto reply = job->reply();
        CHECK((reply.results[0].outcome == Outcome::delivered) == (verb == "none"));
    }
}

}  // namespace postern::smtp::test
