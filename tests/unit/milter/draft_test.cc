// Changes that milters make, and what the next one sees of them.
#include "lib/milter/draft.h"
#include "tests/unit/milter/stored_message.h"

namespace postern::milter {

namespace {

using Texts = std::vector<std::string>;

std::string named(std::string_view name, std::string_view value) {
    return DataWriter().text(name).text(value).take();
}
std::string indexed(std::uint32_t index, std::string_view name, std::string_view value) {
    return DataWriter().number(index).text(name).text(value).take();
}

}  // namespace

TEST_CASE("fields are added, inserted, changed and taken away", "[milter]") {
    const StoredMessage message({"Received: by us", "Subject: old", "To: a", " b", "", "body"});
    auto draft = Draft::of(message.content(true));
    REQUIRE(draft);
    CHECK(texts(*draft) == Texts{"Received: by us", "Subject: old", "To: a\n b"});
    CHECK(draft->hides(0));
    REQUIRE(draft->take(Answer::insert_header, indexed(0, "X-First", "1"), false));
    CHECK(draft->hides(1));
    REQUIRE(draft->take(Answer::change_header, indexed(1, "subject", "new"), false));
    REQUIRE(draft->take(Answer::add_header, named("X-Last", "a\r\n\tb"), false));
    REQUIRE(draft->take(Answer::change_header, indexed(1, "To", ""), false));
    REQUIRE(draft->take(Answer::change_header, indexed(1, "X-None", "made"), false));
    REQUIRE(draft->take(Answer::change_header, indexed(2, "X-None", ""), false));
    CHECK(texts(*draft) ==
          Texts{"X-First: 1", "Received: by us", "subject: new", "X-Last: a\n\tb", "X-None: made"});
    CHECK(draft->edits().changes_header);
    CHECK(draft->header()[0].is_new);
    CHECK_FALSE(draft->header()[1].is_new);
}

TEST_CASE("a value cannot bring in a further field", "[milter]") {
    const StoredMessage message({"A: 1", "", ""});
    auto draft = Draft::of(message.content());
    REQUIRE(draft->take(Answer::add_header, named("X", "v\r\nBcc: evil\r\n"), false));
    CHECK(texts(*draft).back() == "X: v\n\tBcc: evil");
    CHECK_FALSE(draft->take(Answer::add_header, named("Bad name", "v"), false));
    CHECK_FALSE(draft->take(Answer::add_header, named("", "v"), false));
}

TEST_CASE("a malformed change is an error and changes nothing", "[milter]") {
    const StoredMessage message({"A: 1", ""});
    auto draft = Draft::of(message.content());
    CHECK_FALSE(draft->take(Answer::add_header, "X", false));
    CHECK_FALSE(draft->take(Answer::insert_header, std::string_view("\0\0", 2), false));
    CHECK_FALSE(draft->take(Answer::change_sender, "no end", false));
    CHECK_FALSE(draft->take(Answer::add_recipient, std::string_view("<a\nRa@b>\0", 9), false));
    CHECK_FALSE(draft->edits().changes_header);
    CHECK(draft->edits().recipients.empty());
}

TEST_CASE("the body comes with CR LF, long lines whole", "[milter]") {
    const StoredMessage message({"A: 1", "", "a line above the twenty bytes of a record", "b"});
    auto draft = Draft::of(message.content());
    Draft::BodyReader body(*draft);
    CHECK(*body.next() == "a line above the twenty bytes of a record\r\nb\r\n");
    CHECK(body.next()->empty());
}

TEST_CASE("a new body comes in pieces, and replaces that of an earlier milter", "[milter]") {
    const StoredMessage message({"A: 1", "", "old"});
    auto draft = Draft::of(message.content());
    draft->begin_turn();
    REQUIRE(draft->take(Answer::replace_body, "one\r\n", false));
    REQUIRE(draft->take(Answer::replace_body, "two\r\n", false));
    CHECK(draft->body() == "one\r\ntwo\r\n");
    Draft::BodyReader next(*draft);
    CHECK(*next.next() == "one\r\ntwo\r\n");
    draft->begin_turn();
    REQUIRE(draft->take(Answer::replace_body, "three", false));
    CHECK(draft->body() == "three");
}

TEST_CASE("a new body above the limit is an error", "[milter]") {
    const StoredMessage message({"A: 1", "", "old"});
    auto content = message.content();
    content.size_limit = 4;
    auto draft = Draft::of(content);
    CHECK(draft->take(Answer::replace_body, "1234", false));
    CHECK_FALSE(draft->take(Answer::replace_body, "5", false));
}

TEST_CASE("envelope changes are in internal form", "[milter]") {
    const StoredMessage message({"A: 1", ""});
    auto draft = Draft::of(message.content());
    REQUIRE(draft->take(Answer::change_sender, named("<\"a b\"@c.example>", "SIZE=1"), false));
    REQUIRE(draft->take(Answer::delete_recipient, std::string_view("<x@y.example>\0", 14), false));
    REQUIRE(draft->take(Answer::add_recipient_with_parameters, named("<z@y.example>", "NOTIFY=NEVER"), false));
    CHECK(draft->edits().sender == "a b@c.example");
    CHECK_FALSE(draft->edits().recipients[0].is_added);
    CHECK(draft->edits().recipients[1].address == "z@y.example");
    CHECK(draft->edits().recipients[1].parameters == "NOTIFY=NEVER");
}

}  // namespace postern::milter
