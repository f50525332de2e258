#include "tools/postsuper/messages.h"

#include "tests/unit/collected_lines.h"
#include "tests/unit/queue/scratch_spool.h"

#include <sys/stat.h>

using namespace postern;
using namespace postern::postsuper;
using postern::queue::Queue;
using postern::queue::ScratchSpool;

namespace {

void put(const ScratchSpool& spool, const std::string& name, mode_t mode = 0700) {
    spool.put(name, "x");
    REQUIRE(chmod(spool.path(name).c_str(), mode) == 0);
}

/// What is said when these requests are done one after the other.
std::string said(const ScratchSpool& spool, std::vector<Request> requests,
                 std::vector<Queue> queues = {}) {
    CollectedLines lines;
    Messages messages(*spool, std::move(queues), lines.log());
    for (const Request& request : requests)
        REQUIRE(messages.perform(request));
    messages.report();
    return lines.text();
}

}  // namespace

TEST_CASE("a message is removed together with its logs", "[postsuper]") {
    ScratchSpool spool;
    for (const char* name : {"deferred/8/86D14A72165", "defer/8/86D14A72165", "bounce/86D14A72165"})
        put(spool, name);
    CHECK(said(spool, {{Operation::remove, "86D14A72165"}, {Operation::remove, "AAAAA1"}}) ==
          "86D14A72165: removed\nDeleted: 1 message\n");
    for (const char* name : {"deferred/8/86D14A72165", "defer/8/86D14A72165", "bounce/86D14A72165"})
        CHECK_FALSE(spool.has(name));
}

TEST_CASE("mail is held, released, expired and requeued", "[postsuper]") {
    ScratchSpool spool;
    put(spool, "deferred/8/86D14A72165");
    put(spool, "active/AAAAA1");
    CHECK(said(spool, {{Operation::hold, "ALL"}}) == "Placed on hold: 2 messages\n");
    CHECK(spool.has("hold/86D14A72165"));
    CHECK(said(spool, {{Operation::expire_and_release, "86D14A72165"}}) ==
          "86D14A72165: expired\n86D14A72165: released from hold\n"
          "Force-expired: 1 message\nReleased from hold: 1 message\n");
    struct stat status;
    REQUIRE(stat(spool.path("deferred/8/86D14A72165").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0710);
    CHECK(said(spool, {{Operation::expire, "86D14A72165"}}) == "Force-expired: 0 messages\n");
    CHECK(said(spool, {{Operation::requeue, "AAAAA1"}}) ==
          "AAAAA1: requeued\nRequeued: 1 message\n");
    CHECK(spool.has("maildrop/AAAAA1"));
}

TEST_CASE("a file that cleanup is writing is left to it, and names of queues limit",
          "[postsuper]") {
    ScratchSpool spool;
    put(spool, "incoming/AAAAA1", 0600);
    put(spool, "deferred/A/AAAAA2");
    CHECK(said(spool, {{Operation::hold, "AAAAA1"}}) == "Placed on hold: 0 messages\n");
    CHECK(said(spool, {{Operation::remove, "ALL"}}, {Queue::hold}) == "Deleted: 0 messages\n");
    CHECK(said(spool, {{Operation::remove, "bad/id"}}) ==
          "warning: invalid mail queue id: bad/id\nDeleted: 0 messages\n");
}

TEST_CASE("ALL finds messages that lie where another hash depth put them", "[postsuper]") {
    ScratchSpool spool;
    put(spool, "deferred/86D14A72165");
    put(spool, "hold/A/AAAAA1");
    CHECK(said(spool, {{Operation::hold, "ALL"}}) == "Placed on hold: 1 message\n");
    CHECK(said(spool, {{Operation::release, "ALL"}}) == "Released from hold: 2 messages\n");
    CHECK(spool.has("deferred/A/AAAAA1"));
}
