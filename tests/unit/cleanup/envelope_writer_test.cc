#include "cleanup/envelope_writer.h"

#include "tests/unit/cleanup/lab.h"

#include <catch2/catch.hpp>

namespace postern::cleanup {

namespace {

struct Case {
    explicit Case(const std::string& main_cf = "")
        : settings(config_of(main_cf)),
          file(*queue::QueueFileWriter::create(*spool, queue::noon)),
          writer(file, settings, sizes) {}

    std::string written() {
        auto bytes = file.read_back(0, static_cast<std::size_t>(file.position()));
        queue::RecordParser parser(*bytes);
        std::string text;
        for (auto record = parser.next(); record && *record; record = parser.next())
            if ((*record)->type != queue::RecordType::size)
                text += std::string(1, static_cast<char>((*record)->type)) + " " +
                        std::string((*record)->data) + "\n";
        return text;
    }

    queue::ScratchSpool spool;
    Settings settings;
    queue::QueueFileWriter file;
    queue::MessageSizes sizes;
    EnvelopeWriter writer;
};

Draft draft_with(std::vector<std::pair<std::string, std::string>> attributes) {
    Draft draft;
    draft.arrival = queue::noon;
    draft.sender = "a@b.example";
    draft.attributes = std::move(attributes);
    return draft;
}

}  // namespace

TEST_CASE("records stand in Postfix's order", "[cleanup]") {
    Case test;
    const Draft draft = draft_with({{"rewrite_context", "remote"},
                                    {"envelope_id", "e"},
                                    {"encoding", "8bit"},
                                    {"log_client_name", "mx"}});
    REQUIRE(test.writer.write_sender(draft, queue::noon));
    REQUIRE(test.writer.write_origin(draft));
    CHECK(test.written() == "T 1795533809 552212\nA create_time=1795533809\nA log_ident=" +
                                std::string(test.file.id().text()) +
                                "\nA rewrite_context=remote\nA envelope_id=e\nS a@b.example\n"
                                "A encoding=8bit\nA log_client_name=mx\n");
}

TEST_CASE("mail that came from no client has no log_ident", "[cleanup]") {
    Case test;
    Draft draft = draft_with({{"rewrite_context", "local"}});
    draft.has_full_name = true;
    REQUIRE(test.writer.write_sender(draft, queue::noon));
    CHECK(test.written() ==
          "T 1795533809 552212\nA create_time=1795533809\nA rewrite_context=local\nF \n"
          "S a@b.example\n");
}

TEST_CASE("a recipient is written once, up to the duplicate_filter_limit", "[cleanup]") {
    Case test("duplicate_filter_limit = 2\n");
    for (const char* address : {"a@x.example", "A@X.example", "b@x.example", "b@x.example",
                                "c@x.example", "c@x.example", "a@x.example"})
        REQUIRE(test.writer.write({address, "o", "rfc822;o", {}}));
    CHECK(test.sizes.recipient_count == 4);
    CHECK(test.written().find("A dsn_orig_rcpt=rfc822;o\nO o\nR a@x.example\n") == 0);
}

TEST_CASE("enable_original_recipient makes another original another recipient", "[cleanup]") {
    for (const bool is_enabled : {true, false}) {
        Case test(std::string("enable_original_recipient = ") + (is_enabled ? "yes\n" : "no\n"));
        REQUIRE(test.writer.write({"a@x.example", "one", "", {}}));
        REQUIRE(test.writer.write({"a@x.example", "two", "", {}}));
        CHECK(test.sizes.recipient_count == (is_enabled ? 2 : 1));
    }
}

TEST_CASE("what recipients want to be told stands before them and in the sizes", "[cleanup]") {
    Case test;
    REQUIRE(test.writer.write({"a@x.example", "o", "", {mail::Notify::never}}));
    CHECK(test.written() == "A notify_flags=1\nO o\nR a@x.example\n");
    CHECK(test.sizes.dsn_options == 2);
}

}  // namespace postern::cleanup
