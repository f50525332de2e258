#include "lib/queue/listing.h"

#include "tests/unit/queue/scratch_spool.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

using namespace postern;
using namespace postern::queue;

namespace {

/// The whole listing, with | for NUL.
std::string listed(const ScratchSpool& spool, Listing::Settings settings = {},
                   std::string* warnings = nullptr) {
    Listing listing(*Spool::open(spool.path(""), {}), std::move(settings));
    std::string all;
    for (bool more = true; more;) {
        std::string block;
        more = listing.fill(block, 64);
        all += block;
    }
    for (const std::string& warning : listing.take_warnings()) {
        if (warnings) *warnings += warning + "\n";
    }
    std::ranges::replace(all, '\0', '|');
    return all;
}

void put(const ScratchSpool& spool, const std::string& name, const std::string& bytes,
         mode_t mode = 0700) {
    spool.put(name, bytes);
    REQUIRE(chmod(spool.path(name).c_str(), mode) == 0);
}

LogEntry entry_for(const std::string& recipient, const std::string& reason) {
    LogEntry entry;
    entry.recipient = recipient;
    entry.reason = reason;
    return entry;
}

const std::string begin = "protocol|mail_queue_list_protocol||";
const std::string body = rec('N', "x");

}  // namespace

TEST_CASE("the listing of an empty queue is its protocol and its end", "[queue]") {
    ScratchSpool spool;
    CHECK(listed(spool) == begin + "|");
}

TEST_CASE("recipients of the logs come first, with reasons, and only once", "[queue]") {
    ScratchSpool spool;
    const QueueId id = *QueueId::parse("86D14A72165");
    put(spool, "deferred/8/86D14A72165",
        message(rec('S', "") + rec('O', "o@x") + rec('R', "r1@x") + rec('R', "r2@x"), body,
                rec('R', "r3@x")),
        0710);
    LogEntry delayed = entry_for("r3@x", "busy");
    delayed.original_recipient = "alias@x";
    REQUIRE(append_log(*spool, Queue::defer, id, {delayed, delayed}, false));
    REQUIRE(append_log(*spool, Queue::bounce, id, {entry_for("gone@x", "no such user")}, false));
    const std::string head =
        begin +
        "queue_name|deferred|queue_id|86D14A72165|time|1795533809|size|3|forced_expire|1|"
        "sender|MAILER-DAEMON|";
    CHECK(listed(spool) == head +
                               "recipient|r3@x|reason|busy|recipient|gone@x|reason|no such user|"
                               "recipient|r1@x|reason||recipient|r2@x|reason||||");
    CHECK(listed(spool, {.is_detailed = true}) ==
          head +
              "recipient|r3@x|reason|busy|orig_address|alias@x|"
              "recipient|gone@x|reason|no such user|bounced|1|"
              "recipient|r1@x|reason||orig_address|o@x|recipient|r2@x|reason||||");
}

TEST_CASE("files that are not complete are not listed; damaged ones are told of", "[queue]") {
    ScratchSpool spool;
    put(spool, "incoming/AAAAA1", message(rec('S', "s"), body), 0600);
    put(spool, "hold/AAAAA2", "junk");
    put(spool, "active/not-an-id", message(rec('S', "s"), body));
    put(spool, "maildrop/AAAAA3",
        rec('T', "5") + rec('S', "s") + rec('R', "r") + rec('M') + rec('X') + rec('E'));
    std::string warnings;
    CHECK(listed(spool, {}, &warnings) ==
          begin +
              "queue_name|maildrop|queue_id|AAAAA3|time|5|size|15|forced_expire|0|sender|s|"
              "recipient|r|reason|||" +
              "|");
    CHECK(warnings.starts_with("hold/AAAAA2: "));
}

TEST_CASE("a message with many recipients is listed whole", "[queue]") {
    ScratchSpool spool;
    std::string recipients;
    for (int i = 0; i < 1234; ++i)
        recipients += rec('R', fmt::format("r{}@x", i));
    put(spool, "active/AAAAA1", message(rec('S', "s") + recipients, body));
    const std::string all = listed(spool, {.duplicate_filter_limit = 10});
    std::size_t count = 0;
    for (std::size_t at = 0; (at = all.find("recipient|", at)) != all.npos; ++at)
        ++count;
    CHECK(count == 1234);
}
