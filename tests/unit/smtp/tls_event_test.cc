#include "smtp/tls_event.h"

#include "smtp/tls_reports.h"
#include "tests/unit/collected_lines.h"
#include "tests/unit/fake_resolver.h"

#include <catch2/catch.hpp>

namespace postern::smtp {

namespace {

TlsEvent event() {
    TlsEvent event;
    event.domain = "a.example";
    event.host = "mx.a.example";
    event.server_address = "192.0.2.1";
    event.own_address = "192.0.2.2";
    return event;
}

const std::string head = R"({"dpv":"1","d":"a.example","pr":"v=TLSRPTv1;rua=mailto:r@a.example","policies":[)";
const std::string record = "v=TLSRPTv1;rua=mailto:r@a.example";

}  // namespace

TEST_CASE("a success without a policy is told with the domain", "[smtp]") {
    CHECK(event().datagram(record) == head + R"({"policy-type":9,"policy-domain":"a.example","t":0,"f":0}]})");
}

TEST_CASE("a failure is told with its number, its reason and both addresses", "[smtp]") {
    auto one = event();
    one.failure = TlsFailure::certificate_not_trusted;
    one.reason = "untrusted issuer /CN=\"x\"";
    CHECK(one.datagram(record) ==
          head + R"({"policy-type":9,"policy-domain":"a.example","failure-details":[{"c":203,"s":"192.0.2.2",)"
                 R"("n":"mx.a.example","r":"192.0.2.1","f":"untrusted issuer /CN=\"x\""}],"t":1,"f":1}]})");
}

TEST_CASE("a DANE policy is its records, and its domain the server", "[smtp]") {
    auto one = event();
    one.is_dane = true;
    one.tlsa = {{3, 1, 1, std::string("\x01\xAB", 2)}};
    CHECK(one.datagram(record) ==
          head + R"({"policy-type":1,"policy-string":["3 1 1 01AB"],"policy-domain":"mx.a.example","t":0,"f":0}]})");
}

TEST_CASE("an MTA-STS policy is its lines and its hosts", "[smtp]") {
    auto one = event();
    one.sts = StsPolicy{true, "", {"mode: enforce"}, {"*.a.example"}};
    CHECK(one.datagram(record) == head + R"({"policy-type":2,"policy-string":["mode: enforce"],)"
                                         R"("policy-domain":"a.example","mx-host":["*.a.example"],"t":0,"f":0}]})");
}

TEST_CASE("whether a domain wishes for reports is asked once", "[smtp]") {
    event::Loop loop;
    FakeResolver dns;
    CollectedLines lines;
    report::Wording wording;
    report::Counters counters;
    dns.add("_smtp._tls.a.example", dns::Text{record}, dns::Type::txt);
    const auto config = config::Config::from_text("smtp_tlsrpt_enable = yes\n"
                                                  "smtp_tlsrpt_socket_name = /nonexistent/tlsrpt\n");
    REQUIRE(config);
    auto reports = TlsReports::make(*config, nexthop::DnsSupport::enabled, loop, dns,
                                    {lines.log(), wording, counters}, {});
    REQUIRE(reports);
    reports->tell(event());
    reports->tell(event());
    auto other = event();
    other.domain = "b.example";
    reports->tell(other);
    CHECK(dns.asked == std::vector<std::string>{"_smtp._tls.a.example TXT", "_smtp._tls.b.example TXT"});
    CHECK(lines.text().find("domain=b.example") == std::string::npos);
}

}  // namespace postern::smtp
