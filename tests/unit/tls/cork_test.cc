#include "lib/tls/farewell.h"
#include "tests/unit/tls/lab.h"

namespace postern::tls {

using test::Met;
using test::ticket_key;
using test::TlsLab;

namespace {

/// A connection whose server issues tickets.
struct Talk {
    Talk() {
        lab.store.keys = {ticket_key('a')};
        server = lab.server("smtpd_tls_chain_files = " + lab.chain_file({.name = "mx.example"}) + "\n");
        client = lab.client();
        met.emplace(lab, *server, *client, TlsLab::policy());
    }

    /// How many records lie at the client's socket (RFC 8446 section 5.1), unread.
    int records() const {
        std::vector<unsigned char> bytes(1 << 20);
        const auto have =
            ::recv(met->client_stream->fd(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
        int count = 0;
        for (std::ptrdiff_t at = 0; at + 5 <= have; at += 5 + (bytes[at + 3] << 8) + bytes[at + 4]) ++count;
        return count;
    }

    Result<std::string> heard() { return lab.loop.run(Met::read(*met->client_stream, soon())); }
    Deadline soon() { return lab.loop.in(seconds(20)); }

    TlsLab lab;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
    std::optional<Met> met;
};

}  // namespace

TEST_CASE("a ticket travels with the first reply under TLS", "[tls]") {
    Talk talk;
    REQUIRE(talk.met->is_made());
    CHECK(talk.records() == 0);
    talk.met->server_stream->write("250 mx\r\n");
    talk.lab.loop.run(Met::turn(talk.lab.loop));
    talk.met->server_stream->flush_soon();
    talk.lab.loop.run(Met::turn(talk.lab.loop));
    CHECK(talk.records() == 2);
    CHECK(*talk.heard() == "250 mx");
}

TEST_CASE("a ticket goes out at the end when nothing was said", "[tls]") {
    Talk talk;
    talk.met->server_stream.reset();
    CHECK(talk.records() == 2);
    CHECK_FALSE(talk.heard());
}

TEST_CASE("the farewell travels with the last reply, and is said once", "[tls]") {
    Talk talk;
    talk.met->server_stream->write("221 bye\r\n");
    talk.lab.loop.run(say_last(*talk.met->server_stream, talk.soon()));
    CHECK(talk.records() == 3);   // with the ticket
    talk.met->server_stream.reset();
    CHECK(talk.records() == 3);
    CHECK(*talk.heard() == "221 bye");
    CHECK_FALSE(talk.heard());
}

TEST_CASE("last words that the socket does not take at once arrive whole, before the farewell", "[tls]") {
    Talk talk;
    const std::string line(50000, 'x');
    for (int i = 0; i < 40; ++i) talk.met->server_stream->write(line + "\r\n");
    auto saying = say_last(*talk.met->server_stream, talk.soon());
    saying.start();
    CHECK_FALSE(saying.done());
    for (int i = 0; i < 40; ++i) CHECK(*talk.heard() == line);
    CHECK_FALSE(talk.heard());
    CHECK(saying.done());
}

TEST_CASE("a client that does not take the last words is waited for until the deadline", "[tls]") {
    Talk talk;
    talk.met->server_stream->write(std::string(2000000, 'x'));
    const auto until = talk.lab.loop.in(milliseconds(20));
    talk.lab.loop.run(say_last(*talk.met->server_stream, until));
    CHECK(talk.lab.loop.now() >= until.at);
}

TEST_CASE("last words to a client that has gone wait for nothing", "[tls]") {
    Talk talk;
    talk.met->client_stream.reset();
    talk.met->server_stream->write(std::string(2000000, 'x'));
    talk.lab.loop.run(say_last(*talk.met->server_stream, Deadline::never()));
}

}  // namespace postern::tls
