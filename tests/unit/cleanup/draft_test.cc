#include "cleanup/draft.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::cleanup;
using queue::Record;
using queue::RecordType;

TEST_CASE("a recipient takes what stands before it", "[cleanup]") {
    Draft draft;
    REQUIRE(draft.take({RecordType::sender, "a@b.example"}));
    REQUIRE(draft.take({RecordType::attribute, "dsn_orig_rcpt=rfc822;x@y"}));
    REQUIRE(draft.take({RecordType::attribute, "notify_flags=4"}));
    REQUIRE(draft.take({RecordType::original_recipient, "first"}));
    REQUIRE(draft.take({RecordType::recipient, "first@c.example"}));
    REQUIRE(draft.take({RecordType::recipient, "second@c.example"}));
    REQUIRE(draft.recipients.size() == 2);
    CHECK(draft.recipients[0].original == "first");
    CHECK(draft.recipients[0].dsn_orcpt == "rfc822;x@y");
    CHECK(draft.recipients[0].notify.has(mail::Notify::failure));
    CHECK(draft.recipients[1].original == "second@c.example");
    CHECK(draft.recipients[1].dsn_orcpt.empty());
}

TEST_CASE("records that are no part of an envelope are refused", "[cleanup]") {
    for (const RecordType type : {RecordType::line, RecordType::pointer, RecordType::dsn_notify,
                                  static_cast<RecordType>(0)}) {
        Draft draft;
        CHECK_FALSE(draft.take({type, "x"}));
    }
}

TEST_CASE("times and flags that are no numbers are refused", "[cleanup]") {
    Draft draft;
    CHECK_FALSE(draft.take({RecordType::time, "yesterday"}));
    CHECK_FALSE(draft.take({RecordType::attribute, "notify_flags=99"}));
    CHECK(draft.take({RecordType::time, "1700000000 000042"}));
    CHECK(draft.arrival == WallTime(seconds(1700000000) + microseconds(42)));
}
