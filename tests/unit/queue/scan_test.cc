#include "lib/queue/scan.h"

#include "tests/unit/queue/scratch_spool.h"

#include <set>

using namespace postern;
using namespace postern::queue;

TEST_CASE("a scan meets every file at every depth, once", "[queue]") {
    ScratchSpool spool;
    for (const char* name :
         {"deferred/8/86D14A72165", "deferred/9/8/9987EA721F7", "deferred/A4BFAA72104",
          "deferred/9/4jYmpL4Pl9z1bXyd", "deferred/core", "deferred/.hidden"})
        spool.put(name, "x");
    std::filesystem::create_directory(spool.path("deferred/lost+found"));
    QueueScan scan(*spool, Queue::deferred);
    std::set<std::string> found;
    std::size_t ids = 0;
    for (;;) {
        auto entry = scan.next();
        REQUIRE(entry);
        if (!*entry) break;
        ids += (*entry)->id ? 1 : 0;
        CHECK(found.insert((*entry)->path()).second);
    }
    CHECK(found == std::set<std::string>{"deferred/8/86D14A72165", "deferred/9/8/9987EA721F7",
                                         "deferred/A4BFAA72104", "deferred/9/4jYmpL4Pl9z1bXyd",
                                         "deferred/core", "deferred/lost+found"});
    CHECK(ids == 4);
}

TEST_CASE("a queue without folder is empty; one that is no folder is an error", "[queue]") {
    ScratchSpool spool;
    std::filesystem::remove(spool.path("hold"));
    CHECK_FALSE(*QueueScan(*spool, Queue::hold).next());
    spool.put("hold", "x");
    CHECK_FALSE(QueueScan(*spool, Queue::hold).next());
}
