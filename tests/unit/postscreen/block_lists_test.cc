// Filters, weights and ranks of DNS lists.
#include <catch2/catch.hpp>

#include "services/postscreen/block_lists.h"

namespace postern::postscreen {

namespace {

std::vector<BlockList> lists_of(const std::vector<std::string>& sites) {
    auto lists = parse_block_lists(sites);
    REQUIRE(lists);
    return *lists;
}

}  // namespace

TEST_CASE("entries of one domain are one question", "[postscreen]") {
    const auto lists = lists_of({"bl.example=127.0.0.2*2", "bl.example=127.0.0.3", "wl.example*-3"});
    REQUIRE(lists.size() == 2);
    CHECK(lists[0].entries.size() == 2);
    CHECK(lists[0].entries[0].weight == 2);
    CHECK(lists[0].entries[1].weight == 1);
    CHECK(lists[1].entries[0].weight == -3);
}

TEST_CASE("an entry counts once, whatever the list answers", "[postscreen]") {
    const auto lists = lists_of({"bl.example=127.0.0.[2..4]*2"});
    Rank rank;
    rank.add(lists[0], {{"127.0.0.2", "127.0.0.3"}, 300});
    CHECK(rank.total() == 2);
    CHECK(rank.heaviest_domain() == "bl.example");
}

TEST_CASE("an answer that the filter does not match does not count", "[postscreen]") {
    const auto lists = lists_of({"bl.example=127.0.0.2"});
    Rank rank;
    rank.add(lists[0], {{"127.0.0.10"}, 300});
    CHECK(rank.total() == 0);
    CHECK(rank.heaviest_domain().empty());
}

TEST_CASE("allowlists take away, and the heaviest blocklist is named", "[postscreen]") {
    const auto lists = lists_of({"a.example*2", "b.example*3", "w.example*-4"});
    Rank rank;
    for (const BlockList& list : lists) rank.add(list, {{"127.0.0.2"}, 300});
    CHECK(rank.total() == 1);
    CHECK(rank.heaviest_domain() == "b.example");
}

TEST_CASE("the shortest life of the answers counts, within its bounds", "[postscreen]") {
    const auto lists = lists_of({"a.example"});
    Rank rank;
    CHECK(rank.ttl(seconds(60), seconds(3600)) == seconds(3600));
    rank.add(lists[0], {{}, -1});
    CHECK(rank.ttl(seconds(60), seconds(3600)) == seconds(3600));
    rank.add(lists[0], {{}, 7200});
    CHECK(rank.ttl(seconds(60), seconds(3600)) == seconds(3600));
    rank.add(lists[0], {{"127.0.0.2"}, 300});
    CHECK(rank.ttl(seconds(60), seconds(3600)) == seconds(300));
    rank.add(lists[0], {{}, 5});
    CHECK(rank.ttl(seconds(60), seconds(3600)) == seconds(60));
}

TEST_CASE("what is wrong with a site is quoted", "[postscreen]") {
    for (const std::string site : {"bl.example*x", "bl.example=127.0.0", "b_l!.example", ""}) {
        INFO(site);
        CHECK(!parse_block_lists({site}));
    }
}

}  // namespace postern::postscreen
