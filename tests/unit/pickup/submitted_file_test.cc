#include "services/pickup/submitted_file.h"

#include "tests/unit/queue/scratch_spool.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace postern;
using namespace postern::pickup;
using queue::rec;

namespace {

constexpr std::string_view name = "86D14A72165";
constexpr uid_t somebody_else = 99999;

queue::QueueId id() { return *queue::QueueId::parse(name); }

std::string path(const queue::ScratchSpool& spool) { return spool.path("maildrop/" + std::string(name)); }

void put(const queue::ScratchSpool& spool, std::string_view content, mode_t mode = 0744) {
    spool.put("maildrop/" + std::string(name), content);
    REQUIRE(::chmod(path(spool).c_str(), mode) == 0);
}

SubmittedFile::Opened open(const queue::ScratchSpool& spool, uid_t mail_owner = somebody_else) {
    auto opened = SubmittedFile::open(*spool, id(), mail_owner);
    REQUIRE(opened);
    return std::move(*opened);
}

const std::string submitted = rec('T', "1 2") + rec('A', "encoding=8bit") + rec('S', "a") + rec('R', "b") +
                              rec('M') + rec('N', "hi") + rec('X') + rec('E');

}  // namespace

TEST_CASE("a submission goes to cleanup as it is", "[pickup]") {
    queue::ScratchSpool spool;
    put(spool, submitted);
    auto opened = open(spool);
    REQUIRE(opened.state == FileState::ready);
    std::string block;
    auto more = opened.file->fill(block, 60000);
    REQUIRE(more);
    CHECK_FALSE(*more);
    CHECK(block == submitted);
    CHECK(opened.file->sender() == "a");
}

TEST_CASE("a file that postdrop has not finished waits", "[pickup]") {
    queue::ScratchSpool spool;
    CHECK(open(spool).state == FileState::absent);
    put(spool, submitted, 0644);
    CHECK(open(spool).state == FileState::incomplete);
}

TEST_CASE("links, pipes and folders are damage", "[pickup]") {
    queue::ScratchSpool spool;
    put(spool, submitted);
    REQUIRE(::link(path(spool).c_str(), spool.path("other").c_str()) == 0);
    CHECK(open(spool).state == FileState::damaged);
    REQUIRE(::unlink(path(spool).c_str()) == 0);
    REQUIRE(::symlink(spool.path("other").c_str(), path(spool).c_str()) == 0);
    CHECK(open(spool).state == FileState::damaged);
    REQUIRE(::unlink(path(spool).c_str()) == 0);
    REQUIRE(::mkfifo(path(spool).c_str(), 0744) == 0);
    CHECK(open(spool).state == FileState::damaged);
}

TEST_CASE("records that nobody may submit are damage, and so is a file without an end", "[pickup]") {
    for (const std::string& bad :
         {rec('T', "1") + rec('S', "a") + rec('D', "b") + rec('M') + rec('X') + rec('E'),
          rec('T', "1") + rec('p', "0") + rec('S', "a"), rec('T', "1") + rec('S', "a"),
          std::string("S\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11)}) {
        queue::ScratchSpool spool;
        put(spool, bad);
        auto opened = open(spool);
        std::string block;
        const auto filled = opened.file->fill(block, 60000);
        REQUIRE_FALSE(filled);
        CHECK(filled.error().is_permanent());
    }
}

TEST_CASE("attributes of a stranger's are left out, those of a requeued message kept", "[pickup]") {
    queue::ScratchSpool spool;
    put(spool, rec('T', "1") + rec('A', "sasl_username=root") + rec('S', "a") + rec('R', "b") + rec('M') +
                   rec('X') + rec('E'));
    std::string block;
    REQUIRE(open(spool).file->fill(block, 60000));
    CHECK(block.find("sasl_username") == block.npos);
    block.clear();
    REQUIRE(open(spool, ::geteuid()).file->fill(block, 60000));
    CHECK(block.find("sasl_username") != block.npos);
}
