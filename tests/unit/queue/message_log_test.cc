#include "lib/queue/message_log.h"

#include "tests/unit/queue/scratch_spool.h"

using namespace postern;
using namespace postern::queue;

namespace {

const QueueId id = *QueueId::parse("9987EA721F7");

LogEntry delayed() {
    LogEntry entry;
    entry.recipient = "r1@there.example";
    entry.dsn_orcpt = "rfc822;orig@x.example";
    entry.notify.bits = 10;
    entry.offset = 712;
    entry.status = "4.4.1";
    entry.action = "delayed";
    entry.reason = "connect to 127.0.0.1[127.0.0.1]:9: Connection refused";
    return entry;
}

}  // namespace

TEST_CASE("a log entry has the text that Debian's bounce(8) writes", "[queue]") {
    CHECK(coded(delayed()) ==
          "\n<r1@there.example>: connect to 127.0.0.1[127.0.0.1]:9: Connection refused\n"
          "recipient=r1@there.example\noffset=712\ndsn_orig_rcpt=rfc822;orig@x.example\n"
          "notify_flags=10\nstatus=4.4.1\naction=delayed\n"
          "reason=connect to 127.0.0.1[127.0.0.1]:9: Connection refused\n\n");
}

TEST_CASE("what was appended is read, in order", "[queue]") {
    ScratchSpool spool;
    LogEntry bounced;
    bounced.recipient = "alias@xian.com";
    bounced.original_recipient = "orig@xian.com";
    bounced.status = "5.2.0";
    bounced.diag_type = "smtp";
    bounced.diag_text = "550 5.2.0 no";
    bounced.mta_type = "dns";
    bounced.mta_name = "mx.example";
    bounced.reason = "host mx.example said: 550 5.2.0 no";
    REQUIRE(append_log(*spool, Queue::defer, id, {delayed()}, false));
    REQUIRE(append_log(*spool, Queue::defer, id, {bounced, delayed()}, true));
    CHECK(spool.has("defer/9/9987EA721F7"));

    const auto entries = read_log(*spool, Queue::defer, id);
    REQUIRE(entries);
    REQUIRE(entries->size() == 3);
    CHECK((*entries)[0].offset == 712);
    CHECK((*entries)[0].notify.bits == 10);
    CHECK((*entries)[0].dsn_orcpt == "rfc822;orig@x.example");
    CHECK((*entries)[1].recipient == "alias@xian.com");
    CHECK((*entries)[1].original_recipient == "orig@xian.com");
    CHECK((*entries)[1].action == "failed");
    CHECK((*entries)[1].diag_text == "550 5.2.0 no");
    CHECK((*entries)[1].mta_name == "mx.example");
    CHECK((*entries)[2].status == "4.4.1");

    CHECK(*remove_log(*spool, Queue::defer, id));
    CHECK_FALSE(*remove_log(*spool, Queue::defer, id));
    CHECK(read_log(*spool, Queue::defer, id)->empty());
}

TEST_CASE("what a remote server said cannot add lines to a log", "[queue]") {
    ScratchSpool spool;
    LogEntry entry = delayed();
    entry.reason = "said: 450 x\nrecipient=evil@x\n\n<other>: y";
    REQUIRE(append_log(*spool, Queue::bounce, id, {entry}, false));
    const auto entries = read_log(*spool, Queue::bounce, id);
    REQUIRE(entries->size() == 1);
    CHECK((*entries)[0].recipient == "r1@there.example");
}

TEST_CASE("a torn entry gives what it has; one without recipient is passed over", "[queue]") {
    ScratchSpool spool;
    spool.put("trace/9987EA721F7",
              "\n<x>: y\nstatus=5.0.0\n\n\n<a@b>: c\nrecipient=a@b\noffset=nonsense\nstatus=4.0");
    const auto entries = read_log(*spool, Queue::trace, id);
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK((*entries)[0].recipient == "a@b");
    CHECK((*entries)[0].offset == 0);
    CHECK((*entries)[0].status == "4.0");
}

TEST_CASE("nothing of a torn entry is said of the next one; an empty value says nothing", "[queue]") {
    ScratchSpool spool;
    spool.put("trace/9987EA721F7",
              "\n<x>: y\nstatus=5.7.1\ndiag_text=550 no\n\n\n<a@b>: c\nrecipient=a@b\nstatus=\n\n");
    const auto entries = read_log(*spool, Queue::trace, id);
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK((*entries)[0].status == LogEntry().status);
    CHECK((*entries)[0].diag_text.empty());
}

TEST_CASE("a log of one endless line costs no memory", "[queue]") {
    ScratchSpool spool;
    spool.put("trace/9987EA721F7", std::string(1 << 20, 'x'));
    CHECK(read_log(*spool, Queue::trace, id)->empty());
}
