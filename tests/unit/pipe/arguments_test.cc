#include "services/pipe/arguments.h"

#include "tests/unit/collected_lines.h"
#include "tests/unit/queue/scratch_spool.h"

#include <catch2/catch.hpp>

namespace postern::pipe {

namespace {

struct Case {
    explicit Case(std::vector<std::string> argv, std::string_view flags = "") {
        attributes.argv = std::move(argv);
        attributes.flags = *Flags::parse(flags);
        request.queue_id = "4CFB1AAAAA";
        request.nexthop = "Next.Example";
        request.sender = "j doe@b.example";
        request.message_size = 42;
        request.dsn_envid = "env";
        add("User+Ext@D.Example", "orig@D.Example");
        request.attributes = {{"log_client_name", "mx.example"}, {"sasl_username", "joe"}};
    }
    void add(std::string address, std::string original) {
        request.recipients.push_back({std::move(address), std::move(original), "", 0, 0});
    }
    Result<std::vector<std::string>> expand() {
        spool.put("active/4CFB1AAAAA", queue::message(queue::rec('S', "s"), queue::rec('N', "x")));
        std::filesystem::permissions(spool.path("active/4CFB1AAAAA"),
                                     std::filesystem::perms::owner_all);
        const delivery::Circumstances circumstances{
            *spool, Reporter(lines.log(), wording, counters), system_clock(), false};
        auto job = delivery::Job::open(circumstances, request);
        if (!job) return job.error();
        const auto open = job->open_recipients();
        return ArgumentExpander(attributes, {"+", true}, *job, open).expand();
    }
    std::vector<std::string> words() {
        auto expanded = expand();
        REQUIRE(expanded);
        return std::move(*expanded);
    }

    queue::ScratchSpool spool;
    CollectedLines lines;
    report::Wording wording;
    report::Counters counters;
    Attributes attributes;
    service::DeliveryRequest request;
};

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("macros stand for what is known of the message", "[pipe]") {
    CHECK(Case({"/bin/cmd", "-f", "${sender}", "$nexthop", "$(queue_id)", "s=${size}", "$envid",
                "$client_hostname/$sasl_username", "$$x", "[${client_helo}]"})
              .words() == List{"/bin/cmd", "-f", "j doe@b.example", "Next.Example", "4CFB1AAAAA",
                               "s=42", "env", "mx.example/joe", "$x", "[]"});
}

TEST_CASE("an argument that names a recipient stands for each of them", "[pipe]") {
    Case test({"cmd", "<${recipient}>", "${user}:${extension}", "$domain", "end"});
    test.add("two@E.Example", "two@E.Example");
    CHECK(test.words() == List{"cmd", "<User+Ext@D.Example>", "<two@E.Example>", "User:Ext",
                               "two:", "D.Example", "E.Example", "end"});
}

TEST_CASE("flags fold and quote", "[pipe]") {
    CHECK(Case({"$recipient", "$mailbox", "$domain", "$nexthop", "$original_recipient"}, "hu")
              .words() == List{"user+ext@d.example", "user+ext", "d.example", "next.example",
                               "orig@d.example"});
    CHECK(Case({"$sender"}, "q").words() == List{"\"j doe\"@b.example"});
}

TEST_CASE("the null sender has a name, or none, as null_sender says", "[pipe]") {
    Case test({"$sender"});
    test.request.sender = "";
    CHECK(test.words() == List{"MAILER-DAEMON"});
    test.attributes.null_sender = "";
    CHECK(test.words() == List{""});
}

TEST_CASE("row 17: what a stranger wrote is never expanded, and stays one argument", "[pipe]") {
    Case test({"$sender", "$recipient"});
    test.request.sender = "${queue_id} -x;`id`@b.example";
    test.request.recipients[0].address = "-rf $sender@d.example";
    CHECK(test.words() == List{"${queue_id} -x;`id`@b.example", "-rf $sender@d.example"});
}

TEST_CASE("an unknown macro is a mistake in master.cf", "[pipe]") {
    const auto expanded = Case({"$colour"}).expand();
    REQUIRE_FALSE(expanded);
    CHECK(expanded.error().text == "unknown macro name: \"colour\"");
}

}  // namespace postern::pipe
