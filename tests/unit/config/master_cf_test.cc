#include "lib/config/master_cf.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::config;

namespace {

MasterEntry entry(std::string_view line, bool chroot_default = false) {
    auto parsed = parse_master_entry(line, chroot_default);
    REQUIRE(parsed);
    return *parsed;
}

std::string failure(std::string_view text) {
    const auto parsed = parse_master_cf(text, "master.cf");
    REQUIRE(!parsed);
    return parsed.error().text;
}

}  // namespace

TEST_CASE("a column - has its default", "[config]") {
    const auto plain = entry("error unix - - - - - error");
    CHECK(plain.is_private);
    CHECK(plain.is_unprivileged);
    CHECK(!plain.is_chrooted);
    CHECK(plain.wake_up == seconds(0));
    CHECK(!plain.max_processes);
    CHECK(plain.socket_path() == "private/error");
    CHECK(entry("error unix - - - - - error", true).is_chrooted);
    CHECK(!entry("smtp inet - - - - - smtpd").is_private);
}

TEST_CASE("every column is read", "[config]") {
    const auto flush = entry("flush unix-dgram n n y 1000? 0 flush -v");
    CHECK(flush.type == ServiceType::unix_datagram);
    CHECK(flush.socket_path() == "public/flush");
    CHECK(!flush.is_unprivileged);
    CHECK(flush.is_chrooted);
    CHECK(flush.wake_up == seconds(1000));
    CHECK(flush.wake_up_only_when_used);
    CHECK(flush.max_processes == 0);
    CHECK(flush.arguments == std::vector<std::string>{"-v"});
}

TEST_CASE("arguments in braces keep their blanks, and -o is read in all spellings", "[config]") {
    const auto smtp = entry("smtp inet n - n - - smtpd -o a=b -oc=d -o { e = f g } { x  y } {}");
    REQUIRE(smtp.overrides.size() == 3);
    CHECK(smtp.overrides[1].name == "c");
    CHECK(smtp.overrides[2].value == "f g");
    const auto flags = entry("smtp inet n - n - - smtpd -vo a=b -vvoc=d -D -v");
    REQUIRE(flags.overrides.size() == 2);
    CHECK(flags.overrides[0].name == "a");
    CHECK(flags.overrides[1].name == "c");
    const auto pipe = entry("filter unix - n n - - pipe -v -o a=b user=x argv=sendmail -oi -o c");
    REQUIRE(pipe.overrides.size() == 1);
    CHECK(pipe.overrides[0].name == "a");
    CHECK(smtp.arguments.back() == "");
    CHECK(smtp.arguments[smtp.arguments.size() - 2] == "x  y");
}

TEST_CASE("of two entries for a service the last one stays", "[config]") {
    const auto file = parse_master_cf("a unix - - n - - smtp\n  -v\n# c\na unix - - n - - lmtp\n"
                                      "a inet n - n - - smtpd\n", "master.cf");
    REQUIRE(file);
    CHECK(file->entries.size() == 3);
    const auto services = file->in_effect();
    REQUIRE(services.entries.size() == 2);
    CHECK(services.entries.front().command == "lmtp");
    CHECK(services.entries.front().where.text() == "master.cf, line 4");
    CHECK(services.warnings ==
          std::vector<std::string>{"master.cf, line 4: duplicate master.cf entry for service \"a\" "
                                   "-- using the last entry"});
}

TEST_CASE("a first line that begins with a blank is passed over, with a warning", "[config]") {
    const auto file =
        parse_master_cf("  a unix - - n - - smtp\nb unix - - n - - smtp\n", "master.cf");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 1);
    CHECK(file->entries.front().name == "b");
    CHECK(file->warnings == std::vector<std::string>{"master.cf: logical line must not start with "
                                                     "whitespace: \"  a unix - - n - - smtp\""});
}

TEST_CASE("a NUL byte ends a line, with a warning", "[config]") {
    using namespace std::string_view_literals;
    const auto file = parse_master_cf("a unix - - n - - smtp -o b=c\0d\n -o e=f\n"sv, "master.cf");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 1);
    REQUIRE(file->entries.front().overrides.size() == 1);
    CHECK(file->entries.front().overrides[0].value == "c");
    CHECK(file->warnings ==
          std::vector<std::string>{"master.cf, line 1: what follows a NUL byte is "
                                   "ignored: \"a unix - - n - - smtp -o b=c\""});
}

TEST_CASE("a bad column is an error with its line", "[config]") {
    CHECK(failure("\na unix - - n - -\n") == "master.cf, line 2: missing \"command\" field");
    CHECK(failure("a tcp - - n - - x") == "master.cf, line 1: invalid type field \"tcp\"");
    CHECK(failure("a unix - - q - - x") == "master.cf, line 1: invalid chroot field \"q\"");
    CHECK(failure("a unix - - n 1x - x") == "master.cf, line 1: invalid wakeup field \"1x\"");
    CHECK(failure("a inet y - n - - x") == "master.cf, line 1: inet service cannot be private");
    CHECK(failure("a unix - - n - - x -o") == "master.cf, line 1: missing argument of -o");
}

TEST_CASE("an inet service names a host and a port", "[config]") {
    CHECK(parse_inet_endpoint("smtp")->host == "");
    CHECK(parse_inet_endpoint("127.0.0.1:25")->host == "127.0.0.1");
    CHECK(parse_inet_endpoint("[::1]:smtp")->host == "::1");
    CHECK(parse_inet_endpoint("::1:smtp")->port == "smtp");
    CHECK(!parse_inet_endpoint("[::1]smtp"));
    CHECK(!parse_inet_endpoint("host:"));
    CHECK(*port_number("2525") == 2525);
    CHECK(!port_number("70000"));
}
