#include "tools/qshape/table.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::qshape;

TEST_CASE("buckets double, or grow by steps", "[qshape]") {
    Options options;
    options.buckets = 4;
    CHECK(bucket_limits(options) == std::vector{minutes(5), minutes(10), minutes(20)});
    options.is_linear = true;
    CHECK(bucket_limits(options) == std::vector{minutes(5), minutes(10), minutes(15)});
}

TEST_CASE("a message counts for its domain, in the bucket of its age", "[qshape]") {
    Options options;
    options.buckets = 3;
    Distribution distribution(options);
    distribution.add("a@B.example", seconds(10));
    distribution.add("c@b.example", minutes(5));
    distribution.add("", minutes(500));
    const auto rows = distribution.rows();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].domain == "TOTAL");
    CHECK(rows[0].counts.by_age == std::vector<std::uint64_t>{1, 1, 1});
    CHECK(rows[1].domain == "b.example");
    CHECK(rows[1].counts.total == 2);
    CHECK(rows[2].domain == "MAILER-DAEMON");
    CHECK(rows[2].counts.by_age == std::vector<std::uint64_t>{0, 0, 1});
    CHECK(distribution.rows(1).size() == 2);
}

TEST_CASE("a parent domain counts what lies below it, if that is enough", "[qshape]") {
    Options options;
    options.shows_parents = true;
    options.least_subdomains = 2;
    Distribution distribution(options);
    for (const char* address : {"x@a.b.example", "x@c.b.example", "x@other.example"})
        distribution.add(address, seconds(0));
    std::vector<std::string> names;
    for (const auto& row : distribution.rows()) names.push_back(row.domain);
    CHECK(names == std::vector<std::string>{"TOTAL", ".b.example", "a.b.example", "c.b.example",
                                            "other.example"});
}

TEST_CASE("columns are as wide as they need to be, and end at the width", "[qshape]") {
    const std::vector<Row> rows = {{"TOTAL", {1234, {1000, 234}}}, {"b.example", {1234, {1000, 234}}}};
    CHECK(table(rows, {minutes(5)}, 40) == "                              T    5  5+\n"
                                           "                     TOTAL 1234 1000 234\n"
                                           "                 b.example 1234 1000 234\n");
}

TEST_CASE("a name for which there is no room shows its end", "[qshape]") {
    const std::vector<Row> rows = {{"a-very-long-name.for-a-domain.example", {1, {1}}},
                                   {".a-very-long-name.for-a-domain.example", {1, {1}}}};
    CHECK(table(rows, {}, 20) == "                    T 0+\n"
                                 "+-a-domain.example  1  1\n"
                                 ".+a-domain.example  1  1\n");
}
