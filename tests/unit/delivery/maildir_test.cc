#include "lib/delivery/maildir.h"

#include "tests/unit/delivery/lab.h"

using namespace postern;
using namespace postern::delivery;
using queue::noon;

TEST_CASE("a message ends in new/, unquoted, and tmp/ is empty", "[maildir]") {
    const Lab lab({"Subject: x", "", "From me"});
    const Maildir maildir{lab.folder.path("Maildir"), "a/b:c", std::nullopt};
    REQUIRE(deliver_to_maildir(maildir, "Delivered-To: u\n", lab.content(), noon));
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(maildir.directory + "/new"))
        names.push_back(entry.path());
    REQUIRE(names.size() == 1);
    CHECK(names[0].ends_with("M552212.a\\057b\\072c"));
    CHECK(*read_file(names[0]) == "Delivered-To: u\nSubject: x\n\nFrom me\n");
    CHECK(std::filesystem::is_empty(maildir.directory + "/tmp"));
}

TEST_CASE("a Maildir that cannot be made fails for good, naming the file", "[maildir]") {
    const Lab lab({"x"});
    const auto done = deliver_to_maildir({lab.folder.path("message"), "host", std::nullopt}, "",
                                         lab.content(), noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text.starts_with("create maildir file " + lab.folder.path("message/tmp/")));
    CHECK(done.error().is_permanent());
}

TEST_CASE("a message above the limit of files leaves nothing in a Maildir", "[maildir]") {
    const Lab lab({std::string(3000, 'x')});
    const Maildir maildir{lab.folder.path("Maildir"), "host", std::nullopt, 1000};
    const auto done = deliver_to_maildir(maildir, "", lab.content(), noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text == "error writing message: File too large");
    CHECK(done.error().code == Errc::too_long);
    CHECK(std::filesystem::is_empty(maildir.directory + "/tmp"));
    CHECK(std::filesystem::is_empty(maildir.directory + "/new"));
}
