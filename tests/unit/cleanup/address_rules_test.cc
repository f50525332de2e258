#include "cleanup/address_rules.h"

#include "tests/unit/cleanup/lab.h"

#include <catch2/catch.hpp>

namespace postern::cleanup {

namespace {

template <class T>
Task<T> waited_for(Answer<T> answer) {
    co_return co_await answer;
}

struct Case {
    explicit Case(const std::string& main_cf)
        : config(config_of("recipient_delimiter = +\nmydestination = xian.example\n" + main_cf)),
          registry(config, {}),
          rewrite(loop, "nowhere"),
          rules(*AddressRules::from(config, registry, rewrite, loop, log)) {}

    std::string canonical(const char* address, AddressRole role = AddressRole::envelope_recipient) {
        return *loop.run(waited_for(rules.canonical(address, role, "4CFB1")));
    }
    Result<std::vector<DraftRecipient>> expand(const char* address) {
        return loop.run(waited_for(rules.virtual_aliases({address, "orig", "", {}})));
    }
    std::vector<std::string> aliases(const char* address) {
        std::vector<std::string> found;
        const auto expanded = expand(address);
        REQUIRE(expanded);
        for (const DraftRecipient& recipient : *expanded)
            found.push_back(recipient.address);
        return found;
    }

    event::Loop loop;
    CollectedLines lines;
    Log log = lines.log();
    config::Config config;
    table::Registry registry;
    service::Client rewrite;
    AddressRules rules;
};

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("canonical maps are asked until nothing changes", "[cleanup]") {
    Case test("canonical_maps = inline:{a@x.example=b@x.example, b@x.example=c@x.example, "
              "p@x.example=q@x.example}\n");
    CHECK(test.canonical("a@x.example") == "c@x.example");
    CHECK(test.canonical("p+ext@x.example") == "q+ext@x.example");
    CHECK(test.canonical("other@x.example") == "other@x.example");
}

TEST_CASE("a canonical loop is warned of and leaves the address", "[cleanup]") {
    Case test("canonical_maps = inline:{a@x.example=b@x.example, b@x.example=a@x.example}\n");
    CHECK(test.canonical("a@x.example") == "a@x.example");
    CHECK(test.lines.text() ==
          "warning: 4CFB1: unreasonable canonical_maps map nesting for a@x.example -- message not "
          "accepted, try again later\n");
}

TEST_CASE("each canonical map is for the roles of its classes", "[cleanup]") {
    Case test("sender_canonical_maps = inline:{a@x.example=s@x.example}\n"
              "recipient_canonical_maps = inline:{a@x.example=r@x.example}\n"
              "recipient_canonical_classes = envelope_recipient\n");
    CHECK(test.canonical("a@x.example", AddressRole::envelope_sender) == "s@x.example");
    CHECK(test.canonical("a@x.example", AddressRole::header_sender) == "s@x.example");
    CHECK(test.canonical("a@x.example", AddressRole::envelope_recipient) == "r@x.example");
    CHECK(test.canonical("a@x.example", AddressRole::header_recipient) == "a@x.example");
}

TEST_CASE("a bare local part is a key in domains of ours only", "[cleanup]") {
    Case test("canonical_maps = inline:{bare=new@other.example}\n");
    CHECK(test.canonical("bare@xian.example") == "new@other.example");
    CHECK(test.canonical("bare@mx.example") == "new@other.example");  // $myorigin
    CHECK(test.canonical("bare@foreign.example") == "bare@foreign.example");
}

TEST_CASE("masquerading takes subdomains off, but for exceptions", "[cleanup]") {
    Case test("masquerade_domains = !no.m.example m.example\nmasquerade_exceptions = root\n");
    const auto sender = [&](const char* address) {
        return test.canonical(address, AddressRole::envelope_sender);
    };
    CHECK(sender("a@h.m.example") == "a@m.example");
    CHECK(sender("a@m.example") == "a@m.example");
    CHECK(sender("root@h.m.example") == "root@h.m.example");
    CHECK(sender("a@h.no.m.example") == "a@h.no.m.example");
    CHECK(sender("a@xm.example") == "a@xm.example");
    CHECK(test.canonical("a@h.m.example") == "a@h.m.example");  // not in masquerade_classes
}

TEST_CASE("aliases are expanded until nothing changes, and may name themselves", "[cleanup]") {
    Case test("virtual_alias_maps = inline:{{a@x.example=b@x.example, c@x.example}, "
              "{b@x.example=d@x.example}, {self@x.example=self@x.example, o@x.example}, "
              "{@cat.example=@dog.example}}\n");
    CHECK(test.aliases("a@x.example") == List{"c@x.example", "d@x.example"});
    CHECK(test.aliases("self@x.example") == List{"self@x.example", "o@x.example"});
    CHECK(test.aliases("u@cat.example") == List{"u@dog.example"});
    CHECK(test.aliases("other@x.example") == List{"other@x.example"});
}

TEST_CASE("row 13: what has no end or no bound is refused for now", "[cleanup]") {
    Case test("virtual_alias_maps = inline:{{l1@x.example=l2@x.example}, {l2@x.example=l1@x.example}, "
              "{many@x.example=a@x.example b@x.example c@x.example d@x.example}, "
              "{three@x.example=a@x.example b@x.example c@x.example}, "
              "{long@x.example=llllllllllllllllllllllllllllllll@x.example}, "
              "{r1@x.example=r2@x.example}, {r2@x.example=r3@x.example}, "
              "{r3@x.example=r4@x.example}, {r4@x.example=r5@x.example}}\n"
              "virtual_alias_expansion_limit = 3\nvirtual_alias_recursion_limit = 3\n"
              "virtual_alias_address_length_limit = 30\n");
    const auto complaint = [&](const char* address) {
        const auto expanded = test.expand(address);
        REQUIRE_FALSE(expanded);
        CHECK(expanded.error().code == Errc::too_long);
        return expanded.error().text;
    };
    const std::string refused = " -- message not accepted, try again later";
    CHECK(complaint("l1@x.example") ==
          "unreasonable virtual_alias_maps map nesting for l1@x.example" + refused);
    CHECK(complaint("r2@x.example") ==
          "unreasonable virtual_alias_maps map nesting for r2@x.example" + refused);
    CHECK(complaint("many@x.example") ==
          "unreasonable virtual_alias_maps map expansion size for many@x.example" + refused);
    CHECK(complaint("long@x.example") ==
          "unreasonable virtual_alias_maps result llllllllllllllllllllllllllllllll@x.example..." +
              refused);
    CHECK(test.aliases("three@x.example").size() == 3);
    CHECK(test.aliases("r3@x.example") == List{"r5@x.example"});
}

TEST_CASE("blind copies come from the maps of sender and recipient", "[cleanup]") {
    Case test("sender_bcc_maps = inline:{s@x.example=sb@x.example}\n"
              "recipient_bcc_maps = inline:{r@x.example=rb@x.example}\n"
              "always_bcc = all@x.example\n");
    CHECK(*test.loop.run(waited_for(test.rules.sender_bcc("s@x.example"))) == "sb@x.example");
    CHECK(*test.loop.run(waited_for(test.rules.recipient_bcc("r@x.example"))) == "rb@x.example");
    CHECK_FALSE(*test.loop.run(waited_for(test.rules.recipient_bcc("s@x.example"))));
    CHECK(*test.loop.run(waited_for(test.rules.always_bcc())) == "all@x.example");
}

}  // namespace postern::cleanup
