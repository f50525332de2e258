#include "smtpd/rules/domain_lookup.h"
#include "tests/unit/smtpd/fake_dns.h"

#include <catch2/catch.hpp>

namespace postern::smtpd::test {

namespace {

struct Lab {
    event::Loop loop;
    FakeDns dns;
    Reachability reachability(const std::string& domain) {
        DomainLookup lookup(loop, dns);
        return loop.run(lookup.reachability(domain));
    }
};

}  // namespace

TEST_CASE("row 20: what the DNS says decides whether a domain takes mail", "[smtpd]") {
    Lab lab;
    lab.dns.add("mx.example", dns::Type::mx, dns::MailExchanger{10, "mail.mx.example"});
    lab.dns.set("a.example", dns::Type::mx, dns::Response::no_data);
    lab.dns.add_address("a.example", "192.0.2.1");
    lab.dns.set("v6.example", dns::Type::mx, dns::Response::no_data);
    lab.dns.add_address("v6.example", "2001:db8::1");
    lab.dns.set("none.example", dns::Type::mx, dns::Response::no_data);
    lab.dns.add("null.example", dns::Type::mx, dns::MailExchanger{0, ""});
    lab.dns.set("short.example", dns::Type::mx, dns::Response::malformed);
    lab.dns.fail("down.example", dns::Type::mx);
    lab.dns.set("half.example", dns::Type::mx, dns::Response::no_data);
    lab.dns.fail("half.example", dns::Type::a);

    CHECK(lab.reachability("mx.example") == Reachability::yes);
    CHECK(lab.reachability("a.example") == Reachability::yes);
    CHECK(lab.reachability("v6.example") == Reachability::yes);
    CHECK(lab.reachability("none.example") == Reachability::no_such_domain);
    CHECK(lab.reachability("nowhere.example") == Reachability::no_such_domain);
    CHECK(lab.reachability("null.example") == Reachability::no_mail);
    CHECK(lab.reachability("short.example") == Reachability::malformed);
    CHECK(lab.reachability("down.example") == Reachability::unknown);
    CHECK(lab.reachability("half.example") == Reachability::unknown);
}

TEST_CASE("a domain that does not exist is not asked for addresses", "[smtpd]") {
    Lab lab;
    CHECK(lab.reachability("nowhere.example") == Reachability::no_such_domain);
    CHECK(lab.dns.asked == std::vector<std::string>{"nowhere.example MX"});
}

TEST_CASE("mail exchangers are those of MX records, else the domain itself, none of a null MX", "[smtpd]") {
    Lab lab;
    lab.dns.add("mx.example", dns::Type::mx, dns::MailExchanger{10, "one.example"});
    lab.dns.add("mx.example", dns::Type::mx, dns::MailExchanger{20, "two.example"});
    lab.dns.set("a.example", dns::Type::mx, dns::Response::no_data);
    lab.dns.add("null.example", dns::Type::mx, dns::MailExchanger{0, ""});
    DomainLookup lookup(lab.loop, lab.dns);
    CHECK(*lab.loop.run(lookup.mail_exchangers("mx.example")) ==
          std::vector<std::string>{"one.example", "two.example"});
    CHECK(*lab.loop.run(lookup.mail_exchangers("a.example")) == std::vector<std::string>{"a.example"});
    CHECK(lab.loop.run(lookup.mail_exchangers("null.example"))->empty());
    CHECK_FALSE(lab.loop.run(lookup.mail_exchangers("nowhere.example")));
}

TEST_CASE("name servers are those of the nearest domain above that has some", "[smtpd]") {
    Lab lab;
    lab.dns.set("a.b.example", dns::Type::ns, dns::Response::no_data);
    lab.dns.add("b.example", dns::Type::ns, dns::DomainName{"ns.b.example"});
    DomainLookup lookup(lab.loop, lab.dns);
    CHECK(*lab.loop.run(lookup.name_servers("a.b.example")) == std::vector<std::string>{"ns.b.example"});
}

TEST_CASE("row 20: one restriction asks no more than a hundred questions", "[smtpd]") {
    Lab lab;
    DomainLookup lookup(lab.loop, lab.dns);
    for (int i = 0; i < 100; ++i) CHECK(lab.loop.run(lookup.look_up("x.example", dns::Type::a)));
    CHECK_FALSE(lab.loop.run(lookup.look_up("x.example", dns::Type::a)));
    CHECK(lab.dns.asked.size() == 100);
}

}  // namespace postern::smtpd::test
