#include "lib/mail/domain_list.h"

#include "lib/event/loop.h"
#include "tests/unit/base/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::mail;

namespace {

table::Registry registry(table::Settings{}, {});

Result<DomainList> opened(std::string_view value, Subdomains subdomains = Subdomains::never) {
    return DomainList::open("relay_domains", value, subdomains, registry);
}

bool has(std::string_view value, std::string domain, Subdomains subdomains = Subdomains::never) {
    const auto list = opened(value, subdomains);
    postern::event::Loop loop;
    const auto ask = [](const DomainList& asked, std::string name) -> Task<Result<bool>> {
        co_return co_await asked.has(name);
    };
    return *loop.run(ask(*list, std::move(domain)));
}

}  // namespace

TEST_CASE("a domain belongs to a list in any case", "[mail]") {
    CHECK(has("a.example, B.example", "b.EXAMPLE"));
    CHECK_FALSE(has("a.example", "b.example"));
    CHECK_FALSE(has("", "b.example"));
}

TEST_CASE("subdomains belong to it as the feature reads its patterns", "[mail]") {
    CHECK_FALSE(has("a.example", "x.a.example"));
    CHECK_FALSE(has("a.example", "x.a.example", Subdomains::dotted));
    CHECK(has(".a.example", "x.y.a.example", Subdomains::dotted));
    CHECK_FALSE(has(".a.example", "a.example", Subdomains::dotted));
    CHECK(has("a.example", "x.a.example", Subdomains::always));
    CHECK_FALSE(has("a.example", "xa.example", Subdomains::always));
    CHECK(subdomains_of("relay_domains", {"mynetworks", "relay_domains"}) == Subdomains::always);
    CHECK(subdomains_of("relay_domains", {}) == Subdomains::dotted);
}

TEST_CASE("the first pattern that matches decides", "[mail]") {
    CHECK_FALSE(has("!x.a.example, a.example", "x.a.example", Subdomains::always));
    CHECK(has("a.example, !x.a.example", "x.a.example", Subdomains::always));
}

TEST_CASE("tables are asked for the domain and, where it covers them, its parents", "[mail]") {
    const std::string table = "inline:{{a.example=x},{.b.example=x}}";
    CHECK(has(table, "a.example"));
    CHECK_FALSE(has(table, "x.a.example"));
    CHECK(has(table, "x.y.a.example", Subdomains::always));
    CHECK(has(table, "x.b.example", Subdomains::dotted));
    CHECK_FALSE(has(table, "x.a.example", Subdomains::dotted));
    CHECK_FALSE(has("!" + table + ", a.example", "a.example"));
}

TEST_CASE("a file stands for its lines", "[mail]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.path() + "/domains";
    REQUIRE(replace_file(path, "# ours\na.example b.example\n!c.example\n", 0644));
    CHECK(has(path, "b.example"));
    CHECK_FALSE(has("!" + path, "b.example"));
    CHECK(opened(path)->files() == std::vector<std::string>{path});
}

TEST_CASE("a list that cannot be read says which and why", "[mail]") {
    const auto missing = opened("/no/such/file");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text == "relay_domains: open /no/such/file: No such file or directory");
    CHECK(opened("a, !").error().text == "relay_domains: nothing after \"!\"");
}

TEST_CASE("a table that fails is no answer", "[mail]") {
    const auto list = opened("fail:down");
    postern::event::Loop loop;
    const auto ask = [](const DomainList& asked) -> Task<Result<bool>> {
        co_return co_await asked.has("a");
    };
    CHECK_FALSE(loop.run(ask(*list)));
}
