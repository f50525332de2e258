#include "lib/mail/content_checks.h"

#include "lib/event/loop.h"

#include <catch2/catch.hpp>

namespace postern::mail {

namespace {

using Kind = CheckAction::Kind;

// Answers every key alike.
class FakeTable final : public table::Table {
public:
    explicit FakeTable(table::Found answer) : answer_(std::move(answer)) {}
    Answer<table::Found> find(std::string_view) override { return table::Found(answer_); }
    const std::string& name() const override { return name_; }

private:
    const std::string name_ = "fake:";
    const table::Found answer_;
};

CheckTables tables(const std::string& parameter, table::Found answer) {
    return {parameter, table::Maps({std::make_shared<FakeTable>(std::move(answer))})};
}

CheckTables tables(const std::string& parameter, const char* value) {
    return tables(parameter, table::Found(std::optional<std::string>(value)));
}

Result<CheckAction> parse(std::string_view value, CheckedPart part = CheckedPart::field) {
    return CheckAction::parse(value, part, "header_checks");
}

std::string complaint(std::string_view value, CheckedPart part = CheckedPart::field) {
    const auto action = parse(value, part);
    REQUIRE_FALSE(action);
    CHECK(action.error().is_permanent());
    return action.error().text;
}

}  // namespace

TEST_CASE("an action is its name in any case, then its text", "[mail]") {
    const struct {
        const char* value;
        Kind kind;
        const char* text;
    } rows[] = {
        {"REJECT", Kind::reject, ""},
        {"reject  go away", Kind::reject, "go away"},
        {"Warn\twatch it", Kind::warn, "watch it"},
        {"INFO", Kind::info, ""},
        {"HOLD for now", Kind::hold, "for now"},
        {"DISCARD", Kind::discard, ""},
        {"FILTER smtp:[127.0.0.1]:10025", Kind::filter, "smtp:[127.0.0.1]:10025"},
        {"FILTER retry:", Kind::filter, "retry:"},
        {"REDIRECT a@b.example", Kind::redirect, "a@b.example"},
        {"BCC a@b.example", Kind::bcc, "a@b.example"},
        {"PREPEND X-A: b", Kind::prepend, "X-A: b"},
        {"REPLACE X-A: b", Kind::replace, "X-A: b"},
        {"IGNORE", Kind::ignore, ""},
        {"STRIP why", Kind::strip, "why"},
        {"PASS", Kind::pass, ""},
        {"DUNNO", Kind::dunno, ""},
        {"OK", Kind::dunno, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.value);
        const auto action = parse(row.value);
        REQUIRE(action);
        CHECK(action->kind == row.kind);
        CHECK(action->text == row.text);
    }
}

TEST_CASE("an action of no use is complained of in Postfix's words", "[mail]") {
    CHECK(complaint("BOGUS what") == "unknown command in header_checks map: BOGUS what");
    CHECK(complaint("FILTER") == "missing FILTER command argument in header_checks map");
    CHECK(complaint("FILTER nocolon") ==
          "bad FILTER command nocolon in header_checks -- need transport:destination");
    CHECK(complaint("REDIRECT client2") ==
          "bad REDIRECT target \"client2\" in header_checks map -- need user@domain");
    CHECK(complaint("BCC") == "bad BCC address \"\" in header_checks map -- need user@domain");
    CHECK(complaint("PREPEND") == "PREPEND action without text in header_checks map");
    CHECK(complaint("REPLACE no header") ==
          "bad REPLACE header text \"no header\" in header_checks map -- need \"headername: "
          "headervalue\"");
}

TEST_CASE("where body lines stand, any text may", "[mail]") {
    CHECK(parse("REPLACE no header", CheckedPart::line));
    CHECK(complaint("PREPEND", CheckedPart::line) ==
          "PREPEND action without text in header_checks map");
}

TEST_CASE("MIME fields have rules of their own wherever they stand", "[mail]") {
    const ContentChecks checks = ContentChecks::open("smtp_", [](const std::string&) {
        return table::Maps();
    });
    const auto parameter = [&](HeaderPlace place, const char* field) {
        return checks.for_field(place, field).parameter;
    };
    CHECK(parameter(HeaderPlace::primary, "Subject: x") == "smtp_header_checks");
    CHECK(parameter(HeaderPlace::primary, "Content-Type: x") == "smtp_mime_header_checks");
    CHECK(parameter(HeaderPlace::nested, "Subject: x") == "smtp_nested_header_checks");
    CHECK(parameter(HeaderPlace::nested, "MIME-Version: 1.0") == "smtp_mime_header_checks");
    CHECK(parameter(HeaderPlace::multipart, "Subject: x") == "smtp_mime_header_checks");
    CHECK(checks.empty());
}

TEST_CASE("a table that cannot tell is never no rule", "[mail]") {
    event::Loop loop;
    const auto found = [&](const CheckTables& where, const char* text) {
        return loop.run(find_action(where, CheckedPart::field, text));
    };
    const auto down = found(tables("header_checks", table::Found(temporary("down"))), "A: b");
    REQUIRE_FALSE(down);
    CHECK_FALSE(down.error().is_permanent());

    const auto empty = found(tables("header_checks", ""), "A: b");
    REQUIRE_FALSE(empty);
    CHECK_FALSE(empty.error().is_permanent());

    const auto rule = found(tables("header_checks", "WARN x"), "A: b");
    REQUIRE((rule && *rule));
    CHECK((*rule)->kind == Kind::warn);

    const auto nothing = found(tables("header_checks", "WARN x"), "");
    REQUIRE(nothing);
    CHECK_FALSE(*nothing);
}

}  // namespace postern::mail
