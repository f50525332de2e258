// Which servers take mail for a destination, and in what order.
#include "lib/nexthop/mail_exchangers.h"

#include "lib/event/loop.h"
#include "tests/unit/collected_lines.h"
#include "tests/unit/fake_resolver.h"

#include <catch2/catch.hpp>

namespace postern::nexthop {

namespace {

using Names = std::vector<std::string>;

config::Config config_of(const std::string& main_cf) {
    auto config = config::Config::from_text("myhostname = mail.example\ninet_protocols = ipv4\n"
                                            "smtp_randomize_addresses = no\n" + main_cf);
    if (!config) FAIL(config.error().text);
    return std::move(*config);
}

struct Lab {
    explicit Lab(const std::string& main_cf = "", bool is_lmtp = false) : settings(config_of(main_cf), is_lmtp) {}

    event::Loop loop;
    CollectedLines log;
    const Settings settings;
    FakeResolver dns;
    event::Pool names{loop, 0};
    MailExchangers exchangers{settings, dns, names, {"192.0.2.25"}, log.log()};
};

/// "host[address]:port" of each server, or the text of why there is none.
Names servers_of(Lab& lab, std::string_view place) {
    auto destination = Destination::parse(place, lab.settings.is_lmtp);
    REQUIRE(destination);
    const MailServers found = lab.loop.run(lab.exchangers.find(*destination));
    if (const auto* none = std::get_if<NoServer>(&found))
        return {none->status.text() + " " + none->text};
    Names names;
    for (const MailServer& server : std::get<0>(found))
        names.push_back(server.endpoint.where_and_port());
    return names;
}

const std::string not_found = "Host or domain name not found. Name service error for name=";

}  // namespace

TEST_CASE("destinations are read as smtp(8) and lmtp spell them", "[nexthop]") {
    const auto plain = *Destination::parse("example.com", false);
    CHECK(plain.host == "example.com");
    CHECK_FALSE(plain.is_literal);
    const auto port = *Destination::parse("example.com:submission", false);
    CHECK(port.host == "example.com");
    CHECK(port.service == "submission");
    const auto literal = *Destination::parse("[ipv6:2001:db8::1]:2525", false);
    CHECK(literal.host == "ipv6:2001:db8::1");
    CHECK(literal.service == "2525");
    CHECK(literal.is_literal);
    const auto path = *Destination::parse("unix:private/lmtp", true);
    CHECK(path.path == "private/lmtp");
    const auto inet = *Destination::parse("inet:[192.0.2.1]:24", true);
    CHECK(inet.host == "192.0.2.1");
    for (const char* bad : {"", "[example.com", "[example.com]x", "example.com:", "[]"})
        CHECK_FALSE(Destination::parse(bad, false));
    CHECK_FALSE(Destination::parse("unix:", true));
}

TEST_CASE("mail exchangers come by preference, all addresses of each", "[nexthop]") {
    Lab lab;
    lab.dns.mx("remote.example", 20, "mx2.example");
    lab.dns.mx("remote.example", 10, "mx1.example");
    lab.dns.address("mx1.example", "192.0.2.1");
    lab.dns.address("mx2.example", "192.0.2.2");
    lab.dns.address("mx2.example", "192.0.2.3");
    CHECK(servers_of(lab, "remote.example") ==
          Names{"mx1.example[192.0.2.1]:25", "mx2.example[192.0.2.2]:25",
                "mx2.example[192.0.2.3]:25"});
    CHECK(servers_of(lab, "remote.example:submission").front() == "mx1.example[192.0.2.1]:587");
}

TEST_CASE("without MX the address counts; in brackets nothing else does", "[nexthop]") {
    Lab lab;
    lab.dns.address("plain.example", "192.0.2.1");
    lab.dns.mx("plain2.example", 10, "mx.example");
    lab.dns.address("plain2.example", "192.0.2.2");
    CHECK(servers_of(lab, "plain.example") == Names{"plain.example[192.0.2.1]:25"});
    CHECK(servers_of(lab, "[plain2.example]") == Names{"plain2.example[192.0.2.2]:25"});
    CHECK(servers_of(lab, "[192.0.2.9]:26") == Names{"192.0.2.9[192.0.2.9]:26"});
}

TEST_CASE("row 20: no such domain bounces, a DNS that cannot tell defers", "[nexthop]") {
    Lab lab;
    CHECK(servers_of(lab, "nosuch.example") ==
          Names{"5.4.4 " + not_found + "nosuch.example type=A: Host not found"});
    lab.dns.fail("down.example", dns::Type::mx);
    CHECK(servers_of(lab, "down.example") ==
          Names{"4.4.3 " + not_found + "down.example type=MX: Host not found, try again"});
    lab.dns.mx("half.example", 10, "nowhere.example");
    lab.dns.mx("half.example", 20, "down.example");
    lab.dns.fail("down.example", dns::Type::a);
    CHECK(servers_of(lab, "half.example") ==
          Names{"4.4.3 " + not_found + "down.example type=A: Host not found, try again"});
}

TEST_CASE("row 20: Null MX refuses all mail, an MX that is malformed is no MX", "[nexthop]") {
    Lab lab;
    lab.dns.mx("null.example", 0, "");
    CHECK(servers_of(lab, "null.example") ==
          Names{"5.1.0 Domain null.example does not accept mail (nullMX)"});
    dns::Response malformed;
    malformed.outcome = dns::Response::malformed;
    malformed.complaints = {"numeric domain name in resource data"};
    lab.dns.known.emplace("bad.example MX", malformed);
    CHECK(servers_of(lab, "bad.example") ==
          Names{"5.4.4 " + not_found +
                "bad.example type=MX: Malformed or unexpected name server reply"});
    CHECK_THAT(lab.log.text(), Catch::Contains("warning: numeric domain name in resource data"));
}

TEST_CASE("an MX without address bounces, or waits as smtp_defer_if_no_mx_address_found", "[nexthop]") {
    for (const bool defers : {false, true}) {
        Lab lab(defers ? "smtp_defer_if_no_mx_address_found = yes\n" : "");
        lab.dns.mx("dangling.example", 10, "nowhere.example");
        CHECK(servers_of(lab, "dangling.example") ==
              Names{std::string(defers ? "4" : "5") + ".4.4 " + not_found +
                    "nowhere.example type=A: Host not found"});
    }
}

TEST_CASE("row 14: servers that are not better than this host are left out", "[nexthop]") {
    Lab lab;
    lab.dns.mx("backup.example", 10, "best.example");
    lab.dns.mx("backup.example", 20, "self.example");
    lab.dns.mx("backup.example", 30, "worse.example");
    lab.dns.address("best.example", "192.0.2.1");
    lab.dns.address("self.example", "192.0.2.25");
    lab.dns.address("worse.example", "192.0.2.3");
    CHECK(servers_of(lab, "backup.example") == Names{"best.example[192.0.2.1]:25"});
    lab.dns.mx("loop.example", 10, "self.example");
    CHECK(servers_of(lab, "loop.example") ==
          Names{"5.4.6 mail for loop.example loops back to myself"});
    CHECK(servers_of(lab, "loop.example:2525") == Names{"self.example[192.0.2.25]:2525"});
}

TEST_CASE("row 20: of 1000 MX records only so many are looked up and tried", "[nexthop]") {
    Lab lab;
    for (unsigned i = 0; i < 1000; ++i) {
        const std::string host = "mx" + std::to_string(i) + ".example";
        lab.dns.mx("many.example", static_cast<std::uint16_t>(1000 - i), host);
        lab.dns.address(host, ("192.0.2." + std::to_string(100 + i % 100)).c_str());
    }
    CHECK(servers_of(lab, "many.example").size() == 5);
    CHECK(servers_of(lab, "many.example").front().starts_with("mx999.example"));
    CHECK(lab.dns.asked.size() < 250);
}

TEST_CASE("smtp_address_preference and smtp_balance_inet_protocols order the families", "[nexthop]") {
    const auto first_of = [](const std::string& main_cf) {
        Lab lab("inet_protocols = all\nsmtp_mx_address_limit = 2\n" + main_cf);
        for (const char* ip : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
            lab.dns.address("dual.example", ip);
        lab.dns.address("dual.example", "2001:db8::1");
        return servers_of(lab, "[dual.example]");
    };
    CHECK(first_of("smtp_address_preference = ipv6\n").front() == "dual.example[2001:db8::1]:25");
    CHECK(first_of("smtp_address_preference = ipv4\n").back() == "dual.example[2001:db8::1]:25");
    CHECK(first_of("smtp_address_preference = ipv4\nsmtp_balance_inet_protocols = no\n").back() ==
          "dual.example[192.0.2.2]:25");
}

TEST_CASE("use_srv_lookup finds hosts and ports by SRV", "[nexthop]") {
    Lab lab("use_srv_lookup = submission\n");
    lab.dns.add("_submission._tcp.isp.example", dns::Service{20, 0, 2587, "b.example"},
                dns::Type::srv);
    lab.dns.add("_submission._tcp.isp.example", dns::Service{10, 5, 1587, "a.example"},
                dns::Type::srv);
    lab.dns.address("a.example", "192.0.2.1");
    lab.dns.address("b.example", "192.0.2.2");
    CHECK(servers_of(lab, "isp.example:submission") ==
          Names{"a.example[192.0.2.1]:1587", "b.example[192.0.2.2]:2587"});
    CHECK(servers_of(lab, "none.example:submission") ==
          Names{"5.4.4 " + not_found + "_submission._tcp.none.example type=SRV: Host not found"});
}

TEST_CASE("where there is no SRV record, or none can be had, MX may take its place", "[nexthop]") {
    const auto servers = [](const std::string& main_cf, bool fails, bool is_lmtp = false) {
        Lab lab("use_srv_lookup = submission, lmtp\n" + main_cf, is_lmtp);
        lab.dns.mx("remote.example", 10, "mx.example");
        lab.dns.address("mx.example", "192.0.2.1");
        lab.dns.address("remote.example", "192.0.2.2");
        if (fails) lab.dns.fail("_submission._tcp.remote.example", dns::Type::srv);
        return servers_of(lab, is_lmtp ? "inet:remote.example" : "remote.example:submission")[0];
    };
    const std::string name = "_submission._tcp.remote.example";
    CHECK(servers("", false) == "5.4.4 " + not_found + name + " type=SRV: Host not found");
    CHECK(servers("", true) == "4.4.3 " + not_found + name + " type=SRV: Host not found, try again");
    CHECK(servers("ignore_srv_lookup_error = yes\n", true) == "mx.example[192.0.2.1]:587");
    CHECK(servers("ignore_srv_lookup_error = yes\n", false)[0] == '5');
    CHECK(servers("allow_srv_lookup_fallback = yes\n", false) == "mx.example[192.0.2.1]:587");
    CHECK(servers("allow_srv_lookup_fallback = yes\n", true) == "mx.example[192.0.2.1]:587");
    CHECK(servers("", false, true) == "5.4.4 " + not_found + "_lmtp._tcp.remote.example type=SRV: Host not found");
    CHECK(servers("allow_srv_lookup_fallback = yes\n", false, true) == "remote.example[192.0.2.2]:24");
}

TEST_CASE("the name at the end of CNAME records is the server's where main.cf or the DNS says so", "[nexthop]") {
    const auto server = [](const std::string& main_cf, bool is_authenticated) {
        Lab lab(main_cf);
        lab.dns.address("alias.example", "192.0.2.1");
        auto& answer = *lab.dns.known.at("alias.example A");
        answer.canonical_name = "real.example";
        answer.is_authenticated = is_authenticated;
        return servers_of(lab, "[alias.example]")[0];
    };
    CHECK(server("", false) == "alias.example[192.0.2.1]:25");
    CHECK(server("smtp_cname_overrides_servername = yes\n", false) == "real.example[192.0.2.1]:25");
    CHECK(server("", true) == "real.example[192.0.2.1]:25");
}

}  // namespace postern::nexthop
