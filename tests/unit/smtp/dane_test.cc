// TLSA records (RFC 7672): what the certificate of a server must be.
#include "smtp/dane.h"
#include "tests/unit/smtp/lab.h"

namespace postern::smtp::test {

using tls::Level;

namespace {

struct Daned {
    explicit Daned(const std::string& main_cf = "") : lab("smtp_dns_support_level = dnssec\n" + main_cf) {
        endpoint.host = "mx.example";
        endpoint.address = *event::SocketAddress::numeric("192.0.2.1", 25);
        endpoint.is_authenticated = endpoint.has_authenticated_name = true;
    }
    void tlsa(std::uint8_t usage, std::uint8_t selector, std::uint8_t type, std::string data) {
        lab.dns.add("_25._tcp.mx.example", dns::TlsAssociation{usage, selector, type, std::move(data)}, dns::Type::tlsa);
        (*lab.dns.known.at("_25._tcp.mx.example TLSA")).is_authenticated = true;
    }
    Result<TlsPolicy> policy(Level level, const std::vector<std::string>& digests = {"sha512", "sha256"}) {
        const auto defaults = TlsDefaults::of(*config::Config::from_text("smtp_tls_security_level = dane\n"));
        const TlsPolicies policies(*defaults, {}, {});
        TlsPolicy wanted;
        wanted.level = level;
        const Dane dane(lab.dns, lab.settings, *tls::parse_dane_digests(digests));
        return lab.loop.run(dane.apply(wanted, endpoint, "remote.example", policies));
    }
    /// "dane", "encrypt", or the error.
    std::string outcome(Level level, const std::vector<std::string>& digests = {"sha512", "sha256"}) {
        auto found = policy(level, digests);
        return found ? std::string(tls::name_of(found->level)) : found.error().text;
    }

    Lab lab;
    Endpoint endpoint;
};

const std::string sha256(32, 'x');

}  // namespace

TEST_CASE("row 21: usable records make the level, and name what must match", "[smtp]") {
    Daned daned;
    daned.tlsa(3, 1, 1, sha256);
    const auto policy = daned.policy(Level::dane);
    REQUIRE(policy);
    CHECK(policy->level == Level::dane);
    CHECK(policy->tlsa.size() == 1);
    CHECK(policy->tlsa_names == std::vector<std::string>{"mx.example", "remote.example"});
    CHECK(policy->server_name == "mx.example");
}

TEST_CASE("row 21: records of PKIX usages, and digests of a wrong size or that we do not know, are of no use", "[smtp]") {
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

TEST_CASE("row 21: only digests of tls_dane_digests count", "[smtp]") {
    Daned daned;
    daned.tlsa(3, 1, 1, sha256);
    CHECK(daned.outcome(Level::dane, {"sha512"}) == "encrypt");
    CHECK(daned.outcome(Level::dane, {"sha256"}) == "dane");
}

TEST_CASE("row 21: a TLSA lookup that fails must not downgrade", "[smtp]") {
    Daned daned;
    daned.lab.dns.fail("_25._tcp.mx.example", dns::Type::tlsa);
    CHECK(daned.outcome(Level::dane) == "TLSA lookup error for mx.example:25");
    CHECK(daned.outcome(Level::dane_only) == "TLSA lookup error for mx.example:25");
}

TEST_CASE("row 21: without records, or without DNSSEC, dane is opportunistic and dane-only waits", "[smtp]") {
    Daned daned;
    CHECK(daned.outcome(Level::dane) == "may");
    CHECK(daned.outcome(Level::dane_only) == "no TLSA records found");
    daned.endpoint.is_authenticated = false;
    CHECK(daned.outcome(Level::dane_only) == "no TLSA records found");
    daned.endpoint.has_authenticated_name = false;
    CHECK(daned.outcome(Level::dane_only) == "non DNSSEC destination");
}

TEST_CASE("smtp_tls_force_insecure_host_tlsa_lookup asks for hosts in unsigned zones, too", "[smtp]") {
    const bool forces = GENERATE(true, false);
    Daned daned(forces ? "smtp_tls_force_insecure_host_tlsa_lookup = yes\n" : "");
    daned.tlsa(3, 1, 1, sha256);
    daned.endpoint.is_authenticated = false;
    CHECK(daned.outcome(Level::dane) == (forces ? "dane" : "may"));
}

TEST_CASE("smtp_tls_dane_insecure_mx_policy says what a host is worth that an unsigned MX named", "[smtp]") {
    const auto outcome = [](const std::string& policy) {
        Daned daned("smtp_tls_dane_insecure_mx_policy = " + policy + "\n");
        daned.tlsa(3, 1, 1, sha256);
        daned.endpoint.has_authenticated_name = false;
        return daned.outcome(Level::dane);
    };
    CHECK(outcome("dane") == "dane");
    CHECK(outcome("encrypt") == "encrypt");
    CHECK(outcome("may") == "may");
}

}  // namespace postern::smtp::test
