#include "services/flush/site_logs.h"

#include "tests/unit/queue/scratch_spool.h"

#include <sys/stat.h>

#include <array>

using namespace postern;
using namespace postern::flush;
using postern::queue::QueueId;
using postern::queue::ScratchSpool;

namespace {

const QueueId one = *QueueId::parse("AAAAA1"), two = *QueueId::parse("AAAAA2");
const WallTime now = from_unix(2'000'000'000);

void set_times(const ScratchSpool& spool, const char* name, WallTime access, WallTime change) {
    const std::array times = {timespec{to_unix(access), 0}, timespec{to_unix(change), 0}};
    REQUIRE(utimensat(AT_FDCWD, spool.path(name).c_str(), times.data(), 0) == 0);
}

}  // namespace

TEST_CASE("a log is named by its site without what a file name cannot have", "[flush]") {
    CHECK(log_name("Remote.Example") == "remote_example");
    CHECK(log_name("[192.0.2.1]") == "_192_0_2_1_");
    CHECK(log_name("../x") == "___x");
}

TEST_CASE("what was recorded is taken once", "[flush]") {
    ScratchSpool spool;
    for (const QueueId& id : {one, two, one})
        REQUIRE(record(*spool, "remote_example", id));
    CHECK(spool.get("flush/remote_example") == "AAAAA1\nAAAAA2\n");
    CHECK(*take_all(*spool, "remote_example", now) == std::vector<QueueId>{one, two});
    CHECK(take_all(*spool, "remote_example", now)->empty());
    CHECK(take_all(*spool, "other", now)->empty());
    CHECK_FALSE(spool.has("flush/other"));
}

TEST_CASE("lines that are no ids, and repeated ones, are passed over", "[flush]") {
    ScratchSpool spool;
    spool.put("flush/x", "AAAAA1\n../etc/passwd\n\nAAAAA1\nAAAAA2");
    CHECK(*take_all(*spool, "x", now) == std::vector<QueueId>{one, two});
}

TEST_CASE("logs are due when nobody asked for long, and old empty ones go", "[flush]") {
    ScratchSpool spool;
    spool.put("flush/due", "AAAAA1\n");
    spool.put("flush/fresh", "AAAAA1\n");
    spool.put("flush/empty_old", "");
    spool.put("flush/empty_new", "");
    const LogAges ages;
    set_times(spool, "flush/due", now - ages.refresh, now);
    set_times(spool, "flush/fresh", now - ages.refresh + seconds(1), now);
    set_times(spool, "flush/empty_old", now, now - ages.purge);
    set_times(spool, "flush/empty_new", now, now - ages.purge + seconds(1));
    CHECK(*tidy(*spool, ages, now) == std::vector<std::string>{"due"});
    CHECK_FALSE(spool.has("flush/empty_old"));
    CHECK(spool.has("flush/empty_new"));
}
