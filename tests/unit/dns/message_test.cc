#include "lib/dns/message.h"

#include "tests/unit/dns/zone.h"

#include <catch2/catch.hpp>

namespace postern::dns::test {

using namespace std::string_literals;

namespace {

std::string message(std::string_view name, unsigned type, const std::vector<std::string>& records,
                    unsigned flags = 0) {
    return wire_reply("id", flags, wire_name(name) + number16(type) + number16(1), records);
}

Result<Reply> parse(const std::string& text, std::string_view name, Type type) {
    return parse_reply(
        std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()),
        std::string(name), type);
}

std::string mx(unsigned preference, std::string_view host) {
    return number16(preference) + wire_name(host);
}

}  // namespace

TEST_CASE("records of each type are read, and shown as the reply filter matches them", "[dns]") {
    const std::string v6(15, '\0');
    const auto shown = [](unsigned type, const std::string& data) {
        auto reply = parse(message("x.example", type, {wire_record("x.example", type, data)}),
                           "x.example", Type(type));
        REQUIRE(reply);
        REQUIRE(reply->records.size() == 1);
        return reply->records[0].text();
    };
    CHECK(shown(1, "\xc0\x00\x02\x01"s) == "x.example. 300 IN A 192.0.2.1");
    CHECK(shown(28, v6 + '\1') == "x.example. 300 IN AAAA ::1");
    CHECK(shown(15, mx(10, "mx.example")) == "x.example. 300 IN MX 10 mx.example.");
    CHECK(shown(15, mx(0, "")) == "x.example. 300 IN MX 0 .");
    CHECK(shown(12, wire_name("host.example")) == "x.example. 300 IN PTR host.example.");
    CHECK(shown(5, wire_name("host.example")) == "x.example. 300 IN CNAME host.example.");
    CHECK(shown(33, number16(1) + number16(2) + number16(587) + wire_name("s.example")) ==
          "x.example. 300 IN SRV 1 2 587 s.example.");
    CHECK(shown(16, "\3one\3two") == "x.example. 300 IN TXT onetwo");
    CHECK(shown(52, "\3\1\1\xab\xcd") == "x.example. 300 IN TLSA 3 1 1 ABCD");
}

TEST_CASE("row 20: a record whose data is cut short is passed over with a complaint", "[dns]") {
    for (const unsigned type : {1u, 28u, 15u, 33u, 52u, 16u, 12u})
        for (const std::size_t size : {0u, 1u, 2u, 3u, 19u}) {
            if (type == 16 && size == 0) continue;        // no strings: an empty text
            if (type == 52 && size == 19) continue;       // long enough to be one
            const std::string data(size, type == 16 ? '\x7f' : '\x3f');
            auto reply = parse(message("x.example", type, {wire_record("x.example", type, data)}),
                               "x.example", Type(type));
            INFO(type << " with " << size);
            if (!reply) continue;
            CHECK(reply->records.empty());
            CHECK(reply->complaints.size() == 1);
        }
}

TEST_CASE("row 20: no prefix of a message is read beyond its end", "[dns]") {
    const std::string whole = message("x.example", 15, {wire_record("x.example", 5, wire_name("y.example")),
                                                        wire_record("y.example", 15, mx(1, "m.example"))});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<unsigned char> exact(whole.begin(), whole.begin() + static_cast<long>(size));
        CHECK_FALSE(parse_reply(exact, "x.example", Type::mx));
    }
    CHECK(parse(whole, "x.example", Type::mx)->records.size() == 1);
}

TEST_CASE("row 20: an MX that is an address or no host name is passed over", "[dns]") {
    auto reply = parse(message("x.example", 15,
                               {wire_record("x.example", 15, mx(1, "192.0.2.1")),
                                wire_record("x.example", 15, mx(2, "bad name.example")),
                                wire_record("x.example", 15, mx(3, "good.example"))}),
                       "x.example", Type::mx);
    REQUIRE(reply);
    REQUIRE(reply->records.size() == 1);
    CHECK(std::get<MailExchanger>(reply->records[0].data).host == "good.example");
    REQUIRE(reply->complaints.size() == 2);
    CHECK(reply->complaints[0] ==
          "numeric domain name in resource data of MX record for x.example: 192.0.2.1");
}

TEST_CASE("aliases are followed within a message, a circle of them is an error", "[dns]") {
    auto reply = parse(message("a.example", 1,
                               {wire_record("a.example", 5, wire_name("B.example"), 60),
                                wire_record("b.example", 5, wire_name("c.example"), 50),
                                wire_record("c.example", 1, "\x7f\0\0\1"s, 70),
                                wire_record("stranger.example", 1, "\x7f\0\0\2"s)}),
                       "A.example", Type::a);
    REQUIRE(reply);
    CHECK(reply->canonical_name == "c.example");
    CHECK(reply->records.size() == 1);
    CHECK(reply->ttl == seconds(50));

    CHECK_FALSE(parse(message("a.example", 1, {wire_record("a.example", 5, wire_name("b.example")),
                                               wire_record("b.example", 5, wire_name("a.example"))}),
                      "a.example", Type::a));
}

TEST_CASE("a compression pointer that points to itself ends nothing but the message", "[dns]") {
    std::string text = message("x.example", 1, {});
    text[7] = 1;   // one record
    text += "\xc0" + std::string(1, static_cast<char>(text.size()));
    CHECK_FALSE(parse(text, "x.example", Type::a));
}

TEST_CASE("a question asks for the AD bit only with dnssec, and no name is too strange", "[dns]") {
    const auto plain = question("x.example", Type::mx, false);
    const auto secure = question("x.example", Type::mx, true);
    REQUIRE(plain);
    REQUIRE(secure);
    CHECK(plain->substr(12) == wire_name("x.example") + number16(15) + number16(1));
    CHECK((plain->at(3) & 0x20) == 0);
    CHECK((secure->at(3) & 0x20) != 0);
    CHECK(secure->size() == plain->size() + 11);
    CHECK_FALSE(question("a..example", Type::mx, false));
    CHECK_FALSE(question(std::string(64, 'x') + ".example", Type::mx, false));
}

TEST_CASE("addresses are turned around for PTR and for block lists", "[dns]") {
    CHECK(reverse_name(*event::SocketAddress::numeric("192.0.2.1", 0)) ==
          "1.2.0.192.in-addr.arpa");
    CHECK(reverse_name(*event::SocketAddress::numeric("2001:db8::1", 0)) ==
          "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace postern::dns::test
