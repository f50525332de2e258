#include "smtp/tls_policy.h"

#include "lib/event/loop.h"
#include "tests/unit/fake_table.h"

#include <catch2/catch.hpp>

#include <map>

namespace postern::smtp {

using tls::Level;

namespace {

using Entries = std::map<std::string, std::string>;

table::Maps maps(const Entries& entries) {
    if (entries.empty()) return {};
    return table::Maps({std::make_shared<FakeTable>(entries, "down.example")});
}

TlsPolicies policies(const std::string& main_cf, const Entries& by_policy = {}, const Entries& by_site = {}) {
    const auto config = config::Config::from_text(main_cf);
    REQUIRE(config);
    auto defaults = TlsDefaults::of(*config);
    REQUIRE(defaults);
    return TlsPolicies(*defaults, maps(by_policy), maps(by_site));
}

Result<TlsPolicy> find(const TlsPolicies& policies, const std::string& key) {
    event::Loop loop;
    return loop.run(policies.find(key));
}

Level level(const TlsPolicies& policies, const std::string& key, const std::string& host = "mx.example") {
    event::Loop loop;
    auto policy = loop.run(policies.find(key));
    REQUIRE(policy);
    auto for_host = loop.run(policies.find_for_host(*policy, host));
    REQUIRE(for_host);
    return for_host->level;
}

const std::string may = "smtp_tls_security_level = may\n";

}  // namespace

TEST_CASE("without a table the level is main.cf's, with the old parameters where it has none", "[smtp]") {
    CHECK(level(policies(may), "a.example") == Level::may);
    const std::string old = "smtp_tls_security_level =\n";
    CHECK(level(policies(old), "a.example") == Level::none);
    CHECK(level(policies(old + "smtp_use_tls = yes\n"), "a.example") == Level::may);
    CHECK(level(policies(old + "smtp_enforce_tls = yes\n"), "a.example") == Level::verify);
    CHECK(level(policies(old + "smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no\n"), "a.example") ==
          Level::encrypt);
    const auto bogus = config::Config::from_text("smtp_tls_security_level = bogus\n");
    CHECK(TlsDefaults::of(*bogus).error().text == "Invalid TLS level \"bogus\"");
}

TEST_CASE("a policy is found by the whole destination, a bare domain also by its parents", "[smtp]") {
    const auto some = policies(may, {{"[mx.example]:587", "encrypt"}, {".example", "verify"}, {"a.example", "none"}});
    CHECK(level(some, "[mx.example]:587") == Level::encrypt);
    CHECK(level(some, "[mx.example]") == Level::may);
    CHECK(level(some, "a.example") == Level::none);
    CHECK(level(some, "b.c.example") == Level::verify);
    CHECK(level(some, "b.example:26") == Level::may);
}

TEST_CASE("attributes of a policy override main.cf, in words or in braces", "[smtp]") {
    const auto some = policies(
        may + "smtp_tls_mandatory_exclude_ciphers = MD5\n",
        {{"a.example", "encrypt protocols=TLSv1.2:TLSv1.3 ciphers=high exclude=RC4:aNULL connection_reuse=yes"},
         {"b.example", "secure, match=b.example:.b.example { servername = hostname }"},
         {"c.example", "encrypt"}});
    const auto a = *find(some, "a.example");
    CHECK(a.protocols == "TLSv1.2:TLSv1.3");
    CHECK(a.ciphers == "high");
    CHECK(a.excluded_ciphers == std::vector<std::string>{"RC4", "aNULL"});
    CHECK(a.reuses_connections);
    const auto b = find(some, "b.example")->for_server("b.example", "mx.example");
    CHECK(b.names == std::vector<std::string>{"b.example", ".b.example"});
    CHECK(b.server_name == "mx.example");
    CHECK(find(some, "c.example")->excluded_ciphers == std::vector<std::string>{"MD5"});
}

TEST_CASE("names to match are those of the host and of the next hop", "[smtp]") {
    const auto names = [](const char* text) {
        const auto some = policies(may, {{"a.example", std::string("secure match=") + text}});
        return find(some, "a.example")->for_server("a.example", "mx.example").names;
    };
    CHECK(names("hostname:nexthop:dot-nexthop") ==
          std::vector<std::string>{"mx.example", "a.example", ".a.example"});
    CHECK(find(policies(may, {{"a.example", "secure"}}), "a.example")->matches ==
          std::vector<std::string>{"nexthop", "dot-nexthop"});
    CHECK(find(policies(may, {{"a.example", "verify"}}), "a.example")->matches ==
          std::vector<std::string>{"hostname"});
}

TEST_CASE("fingerprints come from the policy or from main.cf, and must be there", "[smtp]") {
    const auto some = policies(may, {{"a.example", "fingerprint match=AA:BB|CC:DD match=EE:FF"}, {"b.example", "fingerprint"}});
    CHECK(find(some, "a.example")->for_server("a.example", "mx").fingerprints ==
          std::vector<std::string>{"AA:BB", "CC:DD", "EE:FF"});
    CHECK(find(some, "b.example").error().text ==
          "nexthop domain b.example: configured at fingerprint security level, but with no fingerprints to match.");
    const auto by_main = policies("smtp_tls_security_level = fingerprint\nsmtp_tls_fingerprint_cert_match = AA:BB, CC:DD\n");
    CHECK(find(by_main, "a.example")->matches == std::vector<std::string>{"AA:BB", "CC:DD"});
}

TEST_CASE("a bad policy is said with its destination, and stops the mail", "[smtp]") {
    const auto problem = [](const char* entry) {
        const std::string text = find(policies(may, {{"a.example", entry}}), "a.example").error().text;
        const std::string start = "smtp_tls_policy_maps, next-hop destination \"a.example\": ";
        REQUIRE(text.starts_with(start));
        return text.substr(start.size());
    };
    CHECK(problem("bogus") == "invalid security level \"bogus\"");
    CHECK(problem("encrypt foo=bar") == "invalid attribute name: \"foo\"");
    CHECK(problem("may match=x") == "attribute \"match\" invalid at security level \"may\"");
    CHECK(problem("none ciphers=high") == "attribute \"ciphers\" invalid at security level \"none\"");
    CHECK(problem("encrypt ciphers") == "malformed attribute/value pair \"ciphers\"");
    CHECK(problem(" ") == "invalid empty result");
}

TEST_CASE("a table that is down is no policy", "[smtp]") {
    const auto found = find(policies(may, {{"x", "none"}}), "down.example");
    REQUIRE_FALSE(found);
    CHECK_FALSE(found.error().is_permanent());
}

TEST_CASE("per-site words: the stricter counts, and MAY least", "[smtp]") {
    const auto by = [](const char* nexthop, const char* host) {
        return level(policies(may, {}, {{"a.example", nexthop}, {"mx.example", host}}), "a.example");
    };
    CHECK(by("MAY", "NONE") == Level::none);
    CHECK(by("NONE", "MUST") == Level::verify);
    CHECK(by("MUST_NOPEERMATCH", "MAY") == Level::encrypt);
    CHECK(level(policies(may, {}, {{"mx.example", "MUST"}}), "b.example") == Level::verify);
    CHECK(level(policies(may, {{"x", "none"}}, {{"mx.example", "MUST"}}), "b.example") == Level::may);
}

TEST_CASE("sessions under different policies are not exchangeable", "[smtp]") {
    const auto some = policies(may, {{"a.example", "encrypt"}, {"b.example", "encrypt ciphers=high"}});
    CHECK(find(some, "a.example")->text() != find(some, "b.example")->text());
    CHECK(find(some, "a.example")->text() != find(some, "c.example")->text());
}

TEST_CASE("row 22: an MTA-STS policy names the hosts, and each must show its own certificate", "[smtp]") {
    const std::string entry = "secure match=mx1.a.example:.b.example policy_type=sts mx_host_pattern=mx1.a.example "
                              "{ mx_host_pattern = *.b.example }";
    const auto policy = *find(policies(may, {{"a.example", entry}}), "a.example");
    CHECK(policy.permits_host("MX1.a.example"));
    CHECK(policy.permits_host("x.b.example"));
    CHECK_FALSE(policy.permits_host("mx2.a.example"));
    CHECK_FALSE(policy.permits_host("x.y.b.example"));
    CHECK_FALSE(policy.permits_host("b.example"));
    CHECK(policy.for_server("a.example", "x.b.example").names == std::vector<std::string>{"x.b.example"});
    const auto lax = *find(policies(may + "smtp_tls_enforce_sts_mx_patterns = no\n", {{"a.example", entry}}), "a.example");
    CHECK(lax.permits_host("mx2.a.example"));
    CHECK(lax.for_server("a.example", "x.b.example").names.size() == 2);
}

TEST_CASE("what a program tells of an MTA-STS policy is kept for reports", "[smtp]") {
    const auto found = [](const std::string& entry) { return find(policies(may, {{"a.example", entry}}), "a.example"); };
    const auto policy = *found("secure { policy_string = mode: enforce } policy_domain=a.example policy_ttl=86400 "
                               "policy_type=sts mx_host_pattern=mx.a.example policy_failure=sts-webpki-invalid");
    REQUIRE(policy.sts);
    CHECK(policy.sts->domain == "a.example");
    CHECK(policy.sts->strings == std::vector<std::string>{"mode: enforce"});
    CHECK(policy.sts->mx_patterns == std::vector<std::string>{"mx.a.example"});
    CHECK(policy.failure == TlsFailure::sts_webpki_invalid);
    CHECK_FALSE(found("secure policy_type=no-policy-found policy_domain=a.example")->sts);
    CHECK_FALSE(found("secure policy_type=tlsa"));
    CHECK_FALSE(found("secure policy_type=sts policy_failure=dane-required"));
    CHECK_FALSE(found("secure policy_kind=sts"));
}

}  // namespace postern::smtp
