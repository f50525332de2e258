#include "lib/delivery/mbox.h"

#include "lib/delivery/copy.h"
#include "tests/unit/delivery/lab.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace postern;
using namespace postern::delivery;
using queue::noon;

namespace {

MboxSettings impatient(std::vector<MailboxLock> locks = {MailboxLock::fcntl}) {
    MboxSettings settings;
    settings.locks = std::move(locks);
    settings.attempts = {.attempts = 1, .delay = seconds(0), .stale_after = seconds(500)};
    return settings;
}

}  // namespace

TEST_CASE("an mbox message has a From line, quoted content and an empty line", "[mbox]") {
    const Lab lab({"Subject: x", "", "From me", ">From you", "last"});
    const std::string path = lab.folder.path("box");
    REQUIRE(append_to_mbox(path, "a@b.example", "Return-Path: <a@b.example>\n", lab.content(),
                           impatient(), noon));
    CHECK(lab.get("box") == from_line("a@b.example", noon) +
                                "Return-Path: <a@b.example>\nSubject: x\n\n>From me\n>From you\n"
                                "last\n\n");
}

TEST_CASE("the null sender is MAILER-DAEMON in the From line", "[mbox]") {
    CHECK(from_line("", noon).starts_with("From MAILER-DAEMON  "));
}

TEST_CASE("a dotlock of somebody else defers, and stays", "[mbox]") {
    const Lab lab({"x"});
    REQUIRE(replace_file(lab.folder.path("box.lock"), "", 0600));
    const auto done = append_to_mbox(lab.folder.path("box"), "", "", lab.content(),
                                     impatient({MailboxLock::dotlock}), noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text ==
          "unable to create lock file " + lab.folder.path("box.lock") + ": File exists");
    CHECK(mailbox_status(done.error()) == mail::StatusCode{4, 2, 0});
    CHECK(std::filesystem::exists(lab.folder.path("box.lock")));
}

TEST_CASE("our own dotlock goes when the delivery ends", "[mbox]") {
    const Lab lab({"x"});
    REQUIRE(append_to_mbox(lab.folder.path("box"), "", "", lab.content(),
                           impatient({MailboxLock::dotlock}), noon));
    CHECK_FALSE(std::filesystem::exists(lab.folder.path("box.lock")));
}

TEST_CASE("the dotlock of a process that was killed is taken over at once", "[mbox]") {
    const Lab lab({"x"});
    const std::string box = lab.folder.path("box");
    const pid_t killed = ::fork();
    if (killed == 0) {
        auto lock = DotLock::take(box, {});
        ::_exit(lock ? 0 : 1);  // as by SIGKILL: without its destructor
    }
    int status = 0;
    REQUIRE(::waitpid(killed, &status, 0) == killed);
    REQUIRE(status == 0);
    REQUIRE(std::filesystem::exists(box + ".lock"));
    CHECK(append_to_mbox(box, "", "", lab.content(), impatient({MailboxLock::dotlock}), noon));
    CHECK_FALSE(std::filesystem::exists(box + ".lock"));
}

TEST_CASE("a dotlock of a process that lives, or of another host, stays", "[mbox]") {
    const Lab lab({"x"});
    const std::string box = lab.folder.path("box");
    const auto held = DotLock::take(box, {});
    REQUIRE(held);
    CHECK_FALSE(DotLock::take(box, {.attempts = 1, .delay = seconds(0)}));

    const std::string other = lab.folder.path("other");
    REQUIRE(replace_file(other + ".lock", "4194303:elsewhere.example\n", 0600));
    CHECK_FALSE(DotLock::take(other, {.attempts = 1, .delay = seconds(0)}));
}

TEST_CASE("a message after half of one begins on a line of its own", "[mbox]") {
    const Lab lab({"Subject: x"});
    REQUIRE(replace_file(lab.folder.path("box"), "From a  now\nSubject: ha", 0600));
    REQUIRE(
        append_to_mbox(lab.folder.path("box"), "", "", lab.content(), impatient(), noon));
    CHECK(lab.get("box") ==
          "From a  now\nSubject: ha\n\n" + from_line("", noon) + "Subject: x\n\n");
}

TEST_CASE("a directory, a symbolic link and a missing folder fail for good", "[mbox]") {
    const Lab lab({"x"});
    std::filesystem::create_symlink("message", lab.folder.path("link"));
    for (const auto& path :
         {lab.folder.path(), lab.folder.path("link"), lab.folder.path("no/box")}) {
        const auto done = append_to_mbox(path, "", "", lab.content(), impatient(), noon);
        REQUIRE_FALSE(done);
        CHECK(mailbox_status(done.error()) == mail::StatusCode{5, 2, 0});
    }
}

TEST_CASE("a mailbox of another owner is deferred", "[mbox]") {
    const Lab lab({"x"});
    auto settings = impatient();
    settings.owner = 4242;
    const auto done =
        append_to_mbox(lab.folder.path("box"), "", "", lab.content(), settings, noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text ==
          "destination " + lab.folder.path("box") + " is not owned by recipient");
    CHECK(done.error().code == Errc::temporary);
}

TEST_CASE("a message above the limit of files is cut off again", "[mbox]") {
    const Lab lab({std::string(3000, 'x')});
    REQUIRE(replace_file(lab.folder.path("box"), "old\n", 0600));
    auto settings = impatient();
    settings.size_limit = 1000;
    const auto done =
        append_to_mbox(lab.folder.path("box"), "", "", lab.content(), settings, noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text == "error writing message: File too large");
    CHECK(mailbox_status(done.error()) == mail::StatusCode{5, 2, 2});
    CHECK(mailbox_diagnosis(done.error()) == "input/output error");
    CHECK(lab.get("box") == "old\n");
}

TEST_CASE("a mailbox may be as large as its limit, and no larger", "[mbox]") {
    const Lab lab({"x"});
    const std::string box = lab.folder.path("box");
    auto settings = impatient();
    settings.size_limit = 2 * (from_line("", noon).size() + 3);
    CHECK(append_to_mbox(box, "", "", lab.content(), settings, noon));
    CHECK(append_to_mbox(box, "", "", lab.content(), settings, noon));
    CHECK_FALSE(append_to_mbox(box, "", "", lab.content(), settings, noon));
    CHECK(std::filesystem::file_size(box) == settings.size_limit);
}

TEST_CASE("two threads of a process do not write to one mailbox at once", "[mbox]") {
    const Lab lab({"x"});
    const std::string box = lab.folder.path("box");
    REQUIRE(replace_file(box, "", 0600));
    const auto other = open_file(box, O_WRONLY);
    REQUIRE(other);
    REQUIRE(lock_file(other->get(), MailboxLock::fcntl, {.attempts = 1}));
    const auto done = append_to_mbox(box, "", "", lab.content(), impatient(), noon);
    REQUIRE_FALSE(done);
    CHECK(mailbox_status(done.error()) == mail::StatusCode{4, 2, 0});
}

TEST_CASE("the offset of a message is behind what stood before it", "[mbox]") {
    const Lab lab({"x"});
    const std::string box = lab.folder.path("box");
    REQUIRE(replace_file(box, "old\n", 0600));
    const auto start = append_to_mbox(box, "", "", lab.content(), impatient(), noon);
    REQUIRE(start);
    CHECK(*start.offset == 4);
    REQUIRE(replace_file(box, "half", 0600));
    const auto after = append_to_mbox(box, "", "", lab.content(), impatient(), noon);
    REQUIRE(after);
    CHECK(*after.offset == 6);
}

TEST_CASE("what is no file of a disk is written to without a dotlock", "[mbox]") {
    const Lab lab({"x"});
    CHECK(append_to_mbox("/dev/null", "", "", lab.content(), impatient({MailboxLock::dotlock}),
                         noon));
    CHECK_FALSE(std::filesystem::exists("/dev/null.lock"));
}
