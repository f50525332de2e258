#include "smtpd/peer_place.h"
#include "smtpd/proxied_mail.h"
#include "smtpd/temporary_file.h"

#include "lib/queue/record.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

namespace postern::smtpd::test {

using queue::RecordType;

TEST_CASE("a filter gets lines that end with CR LF, and every dot at a line's start doubled", "[smtpd]") {
    std::string records;
    append_record(records, RecordType::line, "Subject: x");
    append_record(records, RecordType::line, "");
    append_record(records, RecordType::line, ".");
    append_record(records, RecordType::line, "..two");
    append_record(records, RecordType::line, "a.b");
    bool at_line_start = true;
    CHECK(content_lines(records, at_line_start) == "Subject: x\r\n\r\n..\r\n...two\r\na.b\r\n");
    CHECK(at_line_start);
}

TEST_CASE("row 3: the pieces of a long line are one line, whose dots inside stay single", "[smtpd]") {
    std::string first, second;
    append_record(first, RecordType::long_line, "abc");
    append_record(second, RecordType::long_line, ".def");
    append_record(second, RecordType::line, ".");
    append_record(second, RecordType::line, ".");
    bool at_line_start = true;
    CHECK(content_lines(first, at_line_start) == "abc");
    CHECK_FALSE(at_line_start);
    CHECK(content_lines(second, at_line_start) == ".def.\r\n..\r\n");
}

TEST_CASE("a service's place may leave out this machine, or say local for unix", "[smtpd]") {
    CHECK(peer_place("inet:10025") == "inet:localhost:10025");
    CHECK(peer_place("inet::10025") == "inet:localhost:10025");
    CHECK(peer_place("inet:127.0.0.1:10025") == "inet:127.0.0.1:10025");
    CHECK(peer_place("inet:[::1]:10025") == "inet:[::1]:10025");
    CHECK(peer_place("local:private/x") == "unix:private/x");
    CHECK(peer_place("unix:private/x") == "unix:private/x");
    CHECK(peer_place("else:x") == "else:x");
}

TEST_CASE("a temporary file gives back what was put in, and has no name", "[smtpd]") {
    std::string folder = std::filesystem::temp_directory_path() / "postern-smtpd-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()));
    std::filesystem::create_directory(folder + "/incoming");
    const auto spool = queue::Spool::open(folder, {});
    REQUIRE(spool);
    event::Loop loop;
    event::Pool disk(loop, 2);
    TemporaryFile file(disk, *spool);
    REQUIRE(loop.run(file.open()));
    CHECK(std::filesystem::is_empty(folder + "/incoming"));
    const std::string big(100'000, 'x');
    REQUIRE(loop.run(file.append("first\r\n")));
    REQUIRE(loop.run(file.append(big)));
    std::string all;
    for (;;) {
        const auto piece = loop.run(file.read(static_cast<off_t>(all.size())));
        REQUIRE(piece);
        if (piece->empty()) break;
        all += *piece;
    }
    CHECK(all == "first\r\n" + big);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a temporary file in a queue without its folder is a temporary error", "[smtpd]") {
    std::string folder = std::filesystem::temp_directory_path() / "postern-smtpd-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()));
    const auto spool = queue::Spool::open(folder, {});
    REQUIRE(spool);
    event::Loop loop;
    event::Pool disk(loop, 1);
    TemporaryFile file(disk, *spool);
    CHECK_FALSE(loop.run(file.open()).has_value());
    std::filesystem::remove_all(folder);
}

}  // namespace postern::smtpd::test
