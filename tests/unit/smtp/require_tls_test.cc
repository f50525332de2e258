// REQUIRETLS and TLS-Required: no (RFC 8689).
#include "smtp/require_tls.h"
#include "tests/unit/smtp/lab.h"

namespace postern::smtp::test {

using tls::Level;

namespace {

Result<RequireTls> demanded(const std::string& policy, const std::string& nexthop) {
    event::Loop loop;
    const auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    auto opened = RequireTlsPolicy::open(policy, registry);
    if (!opened) return opened.error();
    return loop.run(opened->find(nexthop));
}

/// A session of which only the outcome of the beginning matters.
struct Begun {
    explicit Begun(bool has_tls, bool is_matched, bool offers_requiretls) {
        session.features.requiretls = offers_requiretls;
        if (!has_tls) return;
        session.tls.emplace();
        session.tls->peer.is_matched = is_matched;
    }
    Lab lab;
    table::Maps no_filter;
    Session session{lab.loop, Fd(), {}, lab.settings, no_filter, Log(lab.book)};
};

std::string feature(RequireTls demanded, Level level, const Begun& begun) {
    TlsPolicy policy;
    policy.level = level;
    return require_tls_feature(demanded, policy, &begun.session);
}

}  // namespace

TEST_CASE("smtp_requiretls_policy is searched from left to right, and enforces what it does not know", "[smtp]") {
    const std::string policy = "inline:{{a.example=opportunistic}, {.b.example=disable}}, regexp:{{/^c/ opportunistic+starttls}}";
    CHECK(*demanded(policy, "a.example") == RequireTls::opportunistic);
    CHECK(*demanded(policy, "x.b.example") == RequireTls::disable);
    CHECK(*demanded(policy, "c.example") == RequireTls::opportunistic_starttls);
    CHECK(*demanded(policy, "d.example") == RequireTls::enforce);
    CHECK(*demanded(policy + ", opportunistic", "d.example") == RequireTls::opportunistic);
    CHECK(*demanded("cidr:{{0.0.0.0/0 opportunistic}}", "192.0.2.1") == RequireTls::opportunistic);
    CHECK(demanded("fail:down", "d.example").error().is_permanent() == false);
    CHECK(demanded("inline:{{d.example=much}}", "d.example").error().text ==
          "smtp_requiretls_policy, \"d.example\": \"much\" is no action");
    CHECK_FALSE(demanded("much", "d.example"));
}

TEST_CASE("what REQUIRETLS came to is a feature in the log", "[smtp]") {
    const auto enforce = RequireTls::enforce, starttls = RequireTls::opportunistic_starttls,
               opportunistic = RequireTls::opportunistic;
    CHECK(feature(enforce, Level::secure, Begun(true, true, true)) == "requiretls");
    CHECK(feature(enforce, Level::secure, Begun(true, true, false)) == "!requiretls:none");
    CHECK(feature(enforce, Level::may, Begun(true, false, true)) == "!requiretls:nocertmatch");
    CHECK(feature(enforce, Level::may, Begun(false, false, true)) == "!requiretls:nostarttls");
    CHECK(feature(enforce, Level::none, Begun(false, false, true)) == "!requiretls:noencryption");
    CHECK(feature(starttls, Level::may, Begun(true, false, true)) == "requiretls:nocertmatch");
    CHECK(feature(starttls, Level::may, Begun(true, false, false)) == "requiretls:none");
    CHECK(feature(starttls, Level::may, Begun(false, false, false)) == "!requiretls:nostarttls");
    CHECK(feature(opportunistic, Level::may, Begun(false, false, false)) == "requiretls:none");
    CHECK(feature(opportunistic, Level::secure, Begun(true, true, true)) == "requiretls");
    CHECK(feature(RequireTls::disable, Level::may, Begun(true, true, true)).empty());
    CHECK(require_tls_feature(enforce, {}, nullptr) == "requiretls?");
}

TEST_CASE("mail that requires TLS is returned where there is none, and goes where it may", "[smtp]") {
    Lab lab;
    FakeServer server(lab.loop);
    const auto config = *config::Config::from_text("");
    table::Registry registry(config, {});
    const bool is_enforced = GENERATE(true, false);
    const auto policy = *RequireTlsPolicy::open(is_enforced ? "enforce" : "opportunistic", registry);
    lab.office.require_tls = &policy;
    auto request = lab.request(at(server), {"x@remote.example"});
    request.attributes.push_back({"requiretls", "yes"});
    const auto result = lab.deliver(request).results[0];
    CHECK(result.outcome == (is_enforced ? Outcome::bounced : Outcome::delivered));
    CHECK(result.status == (is_enforced ? "5.7.10" : "2.0.0"));
    CHECK(server.count("MAIL") == (is_enforced ? 0 : 1));
    CHECK(server.count("MAIL FROM:<sender@example> SIZE=17 REQUIRETLS") == 0);
}

}  // namespace postern::smtp::test
