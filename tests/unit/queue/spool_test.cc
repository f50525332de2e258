#include "tests/unit/queue/scratch_spool.h"

using namespace postern;
using namespace postern::queue;

namespace {
QueueId id_of(std::string_view text) {
    return *QueueId::parse(text);
}
}  // namespace

TEST_CASE("queues have the names of their folders", "[queue]") {
    for (Queue queue : all_queues)
        CHECK(queue_named(name_of(queue)) == queue);
    CHECK(name_of(Queue::maildrop) == "maildrop");
    CHECK(name_of(Queue::saved) == "saved");
    CHECK_FALSE(queue_named("outgoing"));
}

TEST_CASE("hashed queues put a file below the first characters of its key", "[queue]") {
    ScratchSpool spool(Layout{{"deferred"}, 3});
    CHECK(spool->path(Queue::deferred, id_of("86D14A72165")) == "deferred/8/6/D/86D14A72165");
    CHECK(spool->path(Queue::deferred, id_of("4jYmpM0BLTz1bY0n")) ==
          "deferred/0/6/D/4jYmpM0BLTz1bY0n");
    CHECK(spool->path(Queue::deferred, "ab") == "deferred/a/b/_/ab");
    CHECK(spool->path(Queue::active, id_of("86D14A72165")) == "active/86D14A72165");
}

TEST_CASE("moving makes the hash folders and tells when the file is gone", "[queue]") {
    ScratchSpool spool;
    const QueueId id = id_of("86D14A72165");
    spool.put("active/86D14A72165", "x");
    CHECK(*spool->move(id, Queue::active, Queue::deferred));
    CHECK(spool.get("deferred/8/86D14A72165") == "x");
    CHECK_FALSE(*spool->move(id, Queue::active, Queue::deferred));
    CHECK(*spool->remove(Queue::deferred, id));
    CHECK_FALSE(*spool->remove(Queue::deferred, id));
}

TEST_CASE("the next attempt is the file's modification and access time", "[queue]") {
    ScratchSpool spool;
    const QueueId id = id_of("86D14A72165");
    spool.put("deferred/8/86D14A72165", "x");
    CHECK(*spool->set_next_attempt(Queue::deferred, id, from_unix(2'000'000'000)));
    const auto status = spool->status(Queue::deferred, id);
    REQUIRE(status);
    CHECK((*status)->st_mtim.tv_sec == 2'000'000'000);
    CHECK((*status)->st_atim.tv_sec == 2'000'000'000);
    CHECK_FALSE(*spool->set_next_attempt(Queue::deferred, id_of("AAAAA1"), noon));
}

TEST_CASE("a link in the queue is not followed", "[queue]") {
    ScratchSpool spool;
    spool.put("secret", "x");
    std::filesystem::create_symlink(spool.path("secret"), spool.path("active/86D14A72165"));
    CHECK_FALSE(spool->open_file(Queue::active, id_of("86D14A72165"), O_RDONLY));
}
