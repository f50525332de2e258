#include "tests/unit/smtp/lab.h"

namespace postern::smtp::test {

TEST_CASE("the next server is tried when one fails, and the log says why", "[smtp]") {
    struct Case {
        const char* verb;
        const char* reply;
        std::string logged;
    };
    const Case cases[] = {
        {"CONNECT", "CLOSE", "lost connection with mx1.example[127.0.0.1] while receiving"},
        {"CONNECT", "554 no", "host mx1.example[127.0.0.1] refused to talk to me: 554 no"},
        {"RCPT", "450 later", "host mx1.example[127.0.0.1] said: 450 later (in reply to RCPT TO"},
        {".", "451 later", "host mx1.example[127.0.0.1] said: 451 later (in reply to end of DATA"},
    };
    for (const Case& one : cases) {
        Lab lab;
        FakeServer first(lab.loop);
        FakeServer second(lab.loop, "127.0.0.2", first.port());
        lab.dns.mx("remote.example", 10, "mx1.example");
        lab.dns.mx("remote.example", 20, "mx2.example");
        lab.dns.address("mx1.example", "127.0.0.1");
        lab.dns.address("mx2.example", "127.0.0.2");
        first.replies[one.verb] = one.reply;
        const auto result = lab.deliver_one("remote.example:" + std::to_string(first.port()));
        CHECK(result.outcome == Outcome::delivered);
        CHECK(result.relay.starts_with("mx2.example[127.0.0.2]"));
        CHECK(lab.has_logged(one.logged));
        CHECK(second.mails.size() == 1);
    }
}

TEST_CASE("a server that refuses the mail for good has the last word", "[smtp]") {
    Lab lab;
    FakeServer first(lab.loop);
    FakeServer second(lab.loop, "127.0.0.2", first.port());
    lab.dns.mx("remote.example", 10, "mx1.example");
    lab.dns.mx("remote.example", 20, "mx2.example");
    lab.dns.address("mx1.example", "127.0.0.1");
    lab.dns.address("mx2.example", "127.0.0.2");
    first.replies["RCPT"] = "550 5.1.1 unknown";
    CHECK(lab.deliver_one("remote.example:" + std::to_string(first.port())).outcome ==
          Outcome::bounced);
    CHECK(second.sessions == 0);
}

TEST_CASE("smtp_mx_session_limit bounds the servers that answer", "[smtp]") {
    Lab lab("smtp_mx_session_limit = 1\n");
    FakeServer first(lab.loop);
    FakeServer second(lab.loop, "127.0.0.2", first.port());
    lab.dns.address("multi.example", "127.0.0.1");
    lab.dns.address("multi.example", "127.0.0.2");
    first.replies["MAIL"] = "450 later";
    const auto result = lab.deliver_one("[multi.example]:" + std::to_string(first.port()));
    CHECK(result.outcome == Outcome::deferred);
    CHECK(second.sessions == 0);
}

TEST_CASE("where nobody listens, the destination is dead for the scheduler", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    const std::string place = at(server);
    server.stop_listening();
    const auto reply = lab.deliver(place, {"user@remote.example"});
    CHECK(reply.results[0].outcome == Outcome::deferred);
    CHECK(reply.results[0].status == "4.4.1");
    CHECK(reply.results[0].relay == "none");
    CHECK(reply.results[0].reason == "connect to " + where + ":" + std::to_string(server.port()) +
                                         ": Connection refused");
    CHECK(reply.dead_status == "4.4.1");
    CHECK(reply.dead_reason == reply.results[0].reason);
}

TEST_CASE("smtp_fallback_relay takes what cannot be found or reached", "[smtp]") {
    Lab lab;
    FakeServer fallback(lab.loop);
    lab.settings.fallback_relay = {at(fallback)};
    CHECK(lab.deliver_one("nosuch.example").outcome == Outcome::delivered);
    CHECK(lab.has_logged("Name service error for name=nosuch.example type=A: Host not found"));
}

TEST_CASE("several destinations are tried in their order", "[smtp]") {
    Lab lab;
    FakeServer gone(lab.loop), second(lab.loop);
    const std::string places = at(gone) + ", " + at(second);
    gone.stop_listening();
    CHECK(lab.deliver_one(places).outcome == Outcome::delivered);
}

}  // namespace postern::smtp::test
