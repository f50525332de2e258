#include "tools/postdrop/login_senders.h"
#include "tools/postdrop/submission.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::postdrop;
using queue::Record;
using queue::RecordType;

namespace {

Submission open_to_all() {
    return Submission([](std::string_view) -> Result<bool> { return true; });
}

Result<Submission::Verdict> take(Submission& submission, RecordType type, std::string_view data = {}) {
    return submission.take(Record{type, data});
}

}  // namespace

TEST_CASE("a whole submission is complete at its end record", "[postdrop]") {
    auto submission = open_to_all();
    REQUIRE(take(submission, RecordType::sender, "a@b.example"));
    REQUIRE(take(submission, RecordType::recipient, "c@d.example"));
    REQUIRE(take(submission, RecordType::content));
    REQUIRE(take(submission, RecordType::line, "hello"));
    REQUIRE(take(submission, RecordType::extracted));
    CHECK_FALSE(submission.is_complete());
    REQUIRE(take(submission, RecordType::end));
    CHECK(submission.is_complete());
}

TEST_CASE("record types of the queue manager's are refused in a submission", "[postdrop]") {
    for (const RecordType type : {RecordType::done_recipient, RecordType::size, RecordType::pointer,
                                  RecordType::redirect, RecordType::time, RecordType::killed,
                                  static_cast<RecordType>(0), static_cast<RecordType>(0xff)}) {
        auto submission = open_to_all();
        const auto verdict = take(submission, type, "1");
        REQUIRE_FALSE(verdict);
        CHECK(verdict.error().is_permanent());
    }
}

TEST_CASE("content before a sender, and a second sender, end a submission", "[postdrop]") {
    auto early = open_to_all();
    CHECK_FALSE(take(early, RecordType::content));
    auto twice = open_to_all();
    REQUIRE(take(twice, RecordType::sender, "a"));
    CHECK_FALSE(take(twice, RecordType::sender, "b"));
}

TEST_CASE("attributes that nobody may set are left out, broken ones refused", "[postdrop]") {
    auto submission = open_to_all();
    CHECK(*take(submission, RecordType::attribute, "sasl_username=root") == Submission::Verdict::leave_out);
    CHECK(*take(submission, RecordType::attribute, "notify_flags=2") == Submission::Verdict::keep);
    CHECK_FALSE(take(submission, RecordType::attribute, "no value"));
    CHECK_FALSE(take(submission, RecordType::attribute, "encoding=8bit\nR"));
}

TEST_CASE("a sender that is not the user's ends the submission", "[postdrop]") {
    Submission submission([](std::string_view sender) -> Result<bool> { return sender == "me@b.example"; });
    CHECK_FALSE(take(submission, RecordType::sender, "you@b.example"));
    Submission undecided([](std::string_view) -> Result<bool> { return temporary("table is down"); });
    const auto verdict = take(undecided, RecordType::sender, "me@b.example");
    REQUIRE_FALSE(verdict);
    CHECK_FALSE(verdict.error().is_permanent());
}

TEST_CASE("sender patterns: all, null, domain, address without its extension", "[postdrop]") {
    CHECK(allows_sender("*", "", "<>", ""));
    CHECK(allows_sender("a, <>", "", "<>", ""));
    CHECK_FALSE(allows_sender("a @b.example", "", "<>", ""));
    CHECK(allows_sender("@b.example", "me@B.example", "<>", ""));
    CHECK_FALSE(allows_sender("@b.example", "me@x.b.example", "<>", ""));
    CHECK(allows_sender("me me@b.example", "me+lists@b.example", "<>", "+"));
    CHECK_FALSE(allows_sender("me", "me@b.example", "<>", "+"));
}
