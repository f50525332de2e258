#include "lib/event/loop.h"
#include "rewrite/requests.h"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace postern;
using namespace postern::rewrite;

namespace {

// A site: its main.cf, the tables that it names, and the answers to requests.
class Site {
public:
    explicit Site(const std::string& more = "",
                  const std::string& mydestination = "$myhostname, our.example")
        : config_(*config::Config::from_text(
              "myhostname = mx.our.example\nmydomain = our.example\n"
              "myorigin = our.example\nrecipient_delimiter = +\n"
              "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n"
              "virtual_alias_domains =\nvirtual_mailbox_domains =\nrelay_domains =\n"
              "mydestination = " +
              mydestination + "\n" + more)),
          registry_(config_, {}),
          settings_(config_),
          tables_(*Tables::open(config_, registry_)),
          requests_(settings_, tables_, [this](const std::string& text) { warnings += text; }) {}

    service::Route route(std::string recipient, std::string sender = "", bool probe = false) {
        auto reply =
            loop_.run(requests_.resolve({std::move(sender), {std::move(recipient)}, probe}));
        return reply->routes.at(0);
    }
    // "transport:nexthop recipient".
    std::string to(std::string recipient, std::string sender = "", bool probe = false) {
        const service::Route found = route(std::move(recipient), std::move(sender), probe);
        return fmt::format("{}:{} {}", found.transport, found.nexthop, found.recipient);
    }
    std::string warnings;

private:
    config::Config config_;
    table::Registry registry_;
    Settings settings_;
    Tables tables_;
    Requests requests_;
    postern::event::Loop loop_;
};

using service::AddressClass;

}  // namespace

TEST_CASE("each class of addresses has its transport", "[rewrite]") {
    Site site(
        "virtual_alias_domains = alias.example\nvirtual_mailbox_domains = mail.example\n"
        "relay_domains = relay.example\n");
    CHECK(site.to("joe@our.example") == "local:mx.our.example joe@our.example");
    CHECK(site.to("joe@mail.example") == "virtual:mail.example joe@mail.example");
    CHECK(site.to("joe@relay.example") == "relay:relay.example joe@relay.example");
    CHECK(site.to("joe@sub.relay.example") == "relay:sub.relay.example joe@sub.relay.example");
    CHECK(site.to("joe@far.example") == "smtp:far.example joe@far.example");
    CHECK(site.to("joe@alias.example") ==
          "error:5.1.1 User unknown in virtual alias table joe@alias.example");
    CHECK(site.route("joe@our.example").address_class == AddressClass::local);
    CHECK(site.route("joe@alias.example").address_class == AddressClass::virtual_alias);
    CHECK(site.route("joe@mail.example").address_class == AddressClass::virtual_mailbox);
    CHECK(site.route("joe@relay.example").address_class == AddressClass::relay);
    CHECK(site.route("joe@far.example").address_class == AddressClass::remote);
}

TEST_CASE("an address without domain, and a literal of ours, are local", "[rewrite]") {
    Site site("proxy_interfaces = 192.0.2.9\n");
    CHECK(site.to("joe") == "local:mx.our.example joe@mx.our.example");
    CHECK(site.to("joe@[127.0.0.1]") == "local:mx.our.example joe@[127.0.0.1]");
    CHECK(site.route("joe@[192.0.2.9]").address_class == AddressClass::local);
    CHECK(site.to("joe@[192.0.2.1]") == "smtp:[192.0.2.1] joe@[192.0.2.1]");
    CHECK(site.to("") == "local:mx.our.example MAILER-DAEMON@mx.our.example");
    CHECK(site.to("@our.example") == "local:mx.our.example MAILER-DAEMON@our.example");
}

TEST_CASE("routes through our own domains are followed", "[rewrite]") {
    Site site;
    CHECK(site.to("a%far.example@our.example") == "smtp:far.example a@far.example");
    CHECK(site.to("far.example!a@our.example") == "smtp:far.example a@far.example");
    CHECK(site.to("a@far.example@our.example") == "smtp:far.example a@far.example");
    CHECK(site.to("@a:b%far.example@our.example") == "smtp:far.example b@far.example");
    CHECK(site.to("a%our.example@our.example") == "local:mx.our.example a@our.example");
    CHECK_FALSE(site.route("a%far.example@our.example").is_routed);
}

TEST_CASE("a route's next host is completed as other addresses are", "[rewrite]") {
    Site site("append_dot_mydomain = yes\n");
    CHECK(site.to("a%host@our.example") == "smtp:host.our.example a@host.our.example");
    CHECK(site.to("host!a") == "smtp:host.our.example a@host.our.example");
}

TEST_CASE("routes beyond foreign domains are marked", "[rewrite]") {
    Site site;
    for (const char* routed :
         {"a%b@far.example", "a@b@far.example", "b!a@far.example", "a%b%far.example@our.example"})
        CHECK(site.route(routed).is_routed);
    CHECK_FALSE(site.route("a@far.example").is_routed);
}

TEST_CASE("an address of many routes has an end", "[rewrite]") {
    Site site;
    std::string address = "a";
    for (int i = 0; i < 300; ++i)
        address += "%our.example";
    CHECK(site.route(address + "@our.example").recipient.starts_with("a%"));
    CHECK(site.route("\\@\\\"@%!@\"@our.example").failure.empty());
}

TEST_CASE("quoted operators are text when quotes are honoured", "[rewrite]") {
    Site site("resolve_dequoted_address = no\n");
    CHECK(site.to("a@b@our.example") == "local:mx.our.example a@b@our.example");
    CHECK(site.to("a%far.example@our.example") == "smtp:far.example a@far.example");
}

TEST_CASE("malformed addresses go to the error transport", "[rewrite]") {
    Site site;
    for (const char* bad : {"joe@a..b", "joe@-a.b", "joe@192.0.2.1", "joe@", "-joe@far.example",
                            "joe@[1.2.3]", "joe@a b"}) {
        const service::Route route = site.route(bad);
        CHECK(route.has_error);
        CHECK(route.transport == "error");
        CHECK(route.nexthop == "5.1.3 bad address syntax");
    }
    CHECK_FALSE(Site("allow_min_user = yes\n").route("-joe@far.example").has_error);
    CHECK(Site("resolve_numeric_domain = yes\n").to("joe@192.0.2.1") ==
          "smtp:[192.0.2.1] joe@[192.0.2.1]");
    CHECK(Site("resolve_null_domain = yes\n").to("joe@") ==
          "local:mx.our.example joe@mx.our.example");
}

TEST_CASE("transport maps are searched from the address to the star", "[rewrite]") {
    Site site(
        "transport_maps = "
        "inline:{{u+x@t.example=a:1},{u@t.example=b:},{t.example=c:3},{.t.example=d:4},"
        "{our.example=:},{gw.example=:[gw]},{only.example=uucp},{*=z:9}}\n"
        "parent_domain_matches_subdomains =\n");
    CHECK(site.to("u+x@t.example") == "a:1 u+x@t.example");
    CHECK(site.to("u+y@T.example") == "b:T.example u+y@T.example");
    CHECK(site.to("v@t.example") == "c:3 v@t.example");
    CHECK(site.to("v@a.b.t.example") == "d:4 v@a.b.t.example");
    CHECK(site.to("v@our.example") == "local:mx.our.example v@our.example");
    CHECK(site.to("v@gw.example") == "smtp:[gw] v@gw.example");
    CHECK(site.to("v@only.example") == "uucp:only.example v@only.example");
    CHECK(site.to("v@far.example") == "z:9 v@far.example");
    CHECK(site.to("v@[192.0.2.1]") == "z:9 v@[192.0.2.1]");
}

TEST_CASE("with transport_maps among the parent-matching features, a domain covers its subdomains",
          "[rewrite]") {
    Site site(
        "transport_maps = inline:{{t.example=c:3}}\nparent_domain_matches_subdomains = "
        "transport_maps\n");
    CHECK(site.to("v@a.t.example") == "c:3 v@a.t.example");
    CHECK(Site("transport_maps = inline:{{t.example=c:3}}\nparent_domain_matches_subdomains =\n")
              .to("v@a.t.example") == "smtp:a.t.example v@a.t.example");
}

TEST_CASE("the next hop comes from the sender's relayhost, then relayhost", "[rewrite]") {
    Site site(
        "relayhost = [rh]:587\nrelay_domains = relay.example\n"
        "sender_dependent_relayhost_maps = "
        "inline:{{boss@x.example=[boss]},{@y.example=[y]},{no@x.example=DUNNO},"
        "{<>=[null]},{me=[me]}}\n");
    CHECK(site.to("a@far.example", "boss@x.example") == "smtp:[boss] a@far.example");
    CHECK(site.to("a@far.example", "boss+x@x.example") == "smtp:[boss] a@far.example");
    CHECK(site.to("a@relay.example", "any@y.example") == "relay:[y] a@relay.example");
    CHECK(site.to("a@far.example", "no@x.example") == "smtp:[rh]:587 a@far.example");
    CHECK(site.to("a@far.example", "") == "smtp:[null] a@far.example");
    CHECK(site.to("a@far.example", "me@our.example") == "smtp:[me] a@far.example");
    CHECK(site.to("a@our.example", "boss@x.example") == "local:mx.our.example a@our.example");
}

TEST_CASE("the sender's default transport overrides default_transport only", "[rewrite]") {
    Site site(
        "relayhost = [rh]\nrelay_domains = relay.example\ntransport_maps = "
        "inline:{{t.example=c:}}\n"
        "sender_dependent_default_transport_maps = "
        "inline:{{u@x.example=uucp:foo},{l@x.example=lmtp},{no@x.example=DUNNO}}\n");
    CHECK(site.to("a@far.example", "u@x.example") == "uucp:foo a@far.example");
    CHECK(site.to("a@far.example", "l@x.example") == "lmtp:[rh] a@far.example");
    CHECK(site.to("a@far.example", "no@x.example") == "smtp:[rh] a@far.example");
    CHECK(site.to("a@relay.example", "u@x.example") == "relay:[rh] a@relay.example");
    CHECK(site.to("a@t.example", "u@x.example") == "c:t.example a@t.example");
}

TEST_CASE("relocated users are refused with their new place", "[rewrite]") {
    const std::string table =
        "relocated_maps = "
        "inline:{{moved@our.example=new@far.example},{luser=elsewhere},{@gone.example=nowhere}}\n";
    Site site(table);
    CHECK(site.to("moved+x@our.example") ==
          "error:5.1.6 User has moved to new@far.example moved+x@our.example");
    CHECK(site.route("luser@mx.our.example").relocated == "5.1.6 User has moved to elsewhere");
    CHECK(site.route("luser@far.example").relocated.empty());
    CHECK(site.route("any@gone.example").relocated == "5.1.6 User has moved to nowhere");
    Site own_texts(
        "relocated_prefix_enable = no\nrelocated_maps = inline:{{a@far.example=4.3.2 {closed for "
        "now}},{b@far.example=gone}}\n");
    CHECK(own_texts.route("b@far.example").relocated == "5.1.6 gone");
}

TEST_CASE("probes have routes of their own", "[rewrite]") {
    Site site(
        "transport_maps = inline:{{t.example=c:3}}\naddress_verify_transport_maps "
        "=\naddress_verify_relayhost = [probe]\n"
        "address_verify_local_transport = error:no\n");
    CHECK(site.to("a@t.example", "", true) == "smtp:[probe] a@t.example");
    CHECK(site.to("a@our.example", "", true) == "error:no a@our.example");
    CHECK(site.to("a@t.example") == "c:3 a@t.example");
}

TEST_CASE("a table that fails is a failure of the request, never a route", "[rewrite]") {
    for (const char* parameter :
         {"transport_maps", "relocated_maps", "sender_dependent_relayhost_maps",
          "sender_dependent_default_transport_maps", "virtual_alias_domains", "relay_domains"}) {
        Site site(std::string(parameter) + " = fail:down\n");
        const service::Route route = site.route("a@far.example", "b@x.example");
        CHECK(route.failure.starts_with(std::string(parameter) + " lookup failure"));
        CHECK(site.warnings == route.failure);
    }
    CHECK(Site("", "fail:down")
              .route("a@far.example")
              .failure.starts_with("mydestination lookup failure"));
}

TEST_CASE("domain lists know exclusions, tables, and files stay apart", "[rewrite]") {
    Site site(
        "relay_domains = !not.relay.example, relay.example, inline:{{table.example=x},{!odd=x}}\n");
    CHECK(site.route("a@x.relay.example").address_class == AddressClass::relay);
    CHECK(site.route("a@not.relay.example").address_class == AddressClass::remote);
    CHECK(site.route("a@sub.table.example").address_class == AddressClass::relay);
    CHECK(site.route("a@our.example").address_class == AddressClass::local);
}
