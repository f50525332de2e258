// TLSA records (RFC 7672): what the certificate of a server must be.
#include "lib/nexthop/dane.h"

#include "lib/event/loop.h"
#include "tests/unit/fake_resolver.h"

#include <catch2/catch.hpp>

namespace postern::nexthop {

using tls::Level;

namespace {

struct Daned {
    Daned() {
        endpoint.host = "mx.example";
        endpoint.address = *event::SocketAddress::numeric("192.0.2.1", 25);
        endpoint.is_authenticated = endpoint.has_authenticated_name = true;
    }
    void tlsa(std::uint8_t usage, std::uint8_t selector, std::uint8_t type, std::string data) {
        dns.add("_25._tcp.mx.example", dns::TlsAssociation{usage, selector, type, std::move(data)}, dns::Type::tlsa);
        (*dns.known.at("_25._tcp.mx.example TLSA")).is_authenticated = true;
    }
    std::variant<Dane::Demand, Dane::Obstacle> answer(Level level, const std::vector<std::string>& digests = {"sha512", "sha256"}) {
        const Dane dane(dns, insecure_mx, asks_always, *tls::parse_dane_digests(digests));
        return loop.run(dane.find(level, endpoint));
    }
    /// "dane", "encrypt", or what stands in the way.
    std::string outcome(Level level, const std::vector<std::string>& digests = {"sha512", "sha256"}) {
        const auto found = answer(level, digests);
        const auto* obstacle = std::get_if<Dane::Obstacle>(&found);
        return obstacle ? obstacle->text : std::string(tls::name_of(std::get<Dane::Demand>(found).level));
    }

    event::Loop loop;
    FakeResolver dns;
    Endpoint endpoint;
    Level insecure_mx = Level::dane;
    bool asks_always = false;
};

const std::string sha256(32, 'x');

/// What dane-only has against it.
std::optional<Dane::Problem> problem(Daned& daned) {
    const auto found = daned.answer(Level::dane_only);
    const auto* obstacle = std::get_if<Dane::Obstacle>(&found);
    return obstacle ? std::optional(obstacle->problem) : std::nullopt;
}

}  // namespace

TEST_CASE("each obstacle has a kind", "[nexthop]") {
    Daned daned;
    CHECK(problem(daned) == Dane::Problem::no_records);
    daned.dns.fail("_25._tcp.mx.example", dns::Type::tlsa);
    CHECK(problem(daned) == Dane::Problem::lookup);
    daned.endpoint.has_authenticated_name = false;
    CHECK(problem(daned) == Dane::Problem::insecure);
    Daned useless;
    useless.tlsa(0, 1, 1, sha256);
    CHECK(problem(useless) == Dane::Problem::unusable);
    Daned good;
    good.tlsa(3, 1, 1, sha256);
    CHECK(!problem(good));
}

TEST_CASE("row 21: usable records make the level", "[nexthop]") {
    Daned daned;
    daned.tlsa(3, 1, 1, sha256);
    const auto answer = daned.answer(Level::dane);
    const auto* demand = std::get_if<Dane::Demand>(&answer);
    REQUIRE(demand);
    CHECK(demand->level == Level::dane);
    CHECK(demand->records.size() == 1);
}

TEST_CASE("row 21: records of PKIX usages, and digests of a wrong size or that we do not know, are of no use", "[nexthop]") {
    Daned daned;
    SECTION("usage 0") { daned.tlsa(0, 1, 1, sha256); }
    SECTION("usage 1") { daned.tlsa(1, 1, 1, sha256); }
    SECTION("a short digest") { daned.tlsa(3, 1, 1, "short"); }
    SECTION("a digest of no known kind") { daned.tlsa(3, 1, 9, sha256); }
    SECTION("a selector of no known kind") { daned.tlsa(3, 2, 1, sha256); }
    SECTION("no data") { daned.tlsa(3, 1, 0, ""); }
    CHECK(daned.outcome(Level::dane) == "encrypt");
    CHECK(daned.outcome(Level::dane_only) == "TLSA records unusable");
}

TEST_CASE("row 21: only digests of tls_dane_digests count", "[nexthop]") {
    Daned daned;
    daned.tlsa(3, 1, 1, sha256);
    CHECK(daned.outcome(Level::dane, {"sha512"}) == "encrypt");
    CHECK(daned.outcome(Level::dane, {"sha256"}) == "dane");
}

TEST_CASE("row 21: a TLSA lookup that fails must not downgrade", "[nexthop]") {
    Daned daned;
    daned.dns.fail("_25._tcp.mx.example", dns::Type::tlsa);
    CHECK(daned.outcome(Level::dane) == "TLSA lookup error for mx.example:25");
    CHECK(daned.outcome(Level::dane_only) == "TLSA lookup error for mx.example:25");
}

TEST_CASE("row 21: without records, or without DNSSEC, dane is opportunistic and dane-only waits", "[nexthop]") {
    Daned daned;
    CHECK(daned.outcome(Level::dane) == "may");
    CHECK(daned.outcome(Level::dane_only) == "no TLSA records found");
    daned.endpoint.is_authenticated = false;
    CHECK(daned.outcome(Level::dane_only) == "no TLSA records found");
    daned.endpoint.has_authenticated_name = false;
    CHECK(daned.outcome(Level::dane_only) == "non DNSSEC destination");
}

TEST_CASE("smtp_tls_force_insecure_host_tlsa_lookup asks for hosts in unsigned zones, too", "[nexthop]") {
    const bool forces = GENERATE(true, false);
    Daned daned;
    daned.asks_always = forces;
    daned.tlsa(3, 1, 1, sha256);
    daned.endpoint.is_authenticated = false;
    CHECK(daned.outcome(Level::dane) == (forces ? "dane" : "may"));
}

TEST_CASE("smtp_tls_dane_insecure_mx_policy says what a host is worth that an unsigned MX named", "[nexthop]") {
    const auto outcome = [](Level policy) {
        Daned daned;
        daned.insecure_mx = policy;
        daned.tlsa(3, 1, 1, sha256);
        daned.endpoint.has_authenticated_name = false;
        return daned.outcome(Level::dane);
    };
    CHECK(outcome(Level::dane) == "dane");
    CHECK(outcome(Level::encrypt) == "encrypt");
    CHECK(outcome(Level::may) == "may");
}

}  // namespace postern::nexthop
