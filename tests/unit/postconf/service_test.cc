#include "postconf/service.h"

#include <catch2/catch.hpp>

using namespace postern;
using namespace postern::postconf;

namespace {

config::MasterEntry entry(std::string_view line) {
    auto parsed = config::parse_master_entry(line);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("an entry is written in columns, its options on lines of their own", "[postconf]") {
    const auto smtp = entry("smtp inet n - y - - smtpd -o a=b -oc=d -o { e = f g } -v x");
    CHECK(format_entry(smtp, false) ==
          "smtp       inet  n       -       y       -       -       smtpd -o a=b -o c=d "
          "-o {e=f g} -v x\n");
    CHECK(format_entry(smtp, true) ==
          "smtp       inet  n       -       y       -       -       smtpd\n"
          "    -o a=b\n    -o c=d\n    -o {e=f g}\n    -v x\n");
    CHECK(format_entry(entry("127.0.0.1:10025 inet n - n - 10 smtpd"), false) ==
          "127.0.0.1:10025 inet n   -       n       -       10      smtpd\n");
}

TEST_CASE("an override is replaced, or added behind the options", "[postconf]") {
    auto pipe = entry("x unix - n n - - pipe -o a=b flags=D argv=/bin/x -d {a b}");
    set_override(pipe, {"a", "c"});
    set_override(pipe, {"n", "1"});
    CHECK(field_value(pipe, 7) == "pipe -o a=c -o n=1 flags=D argv=/bin/x -d {a b}");
    remove_override(pipe, "a");
    CHECK(field_value(pipe, 7) == "pipe -o n=1 flags=D argv=/bin/x -d {a b}");
}

TEST_CASE("parts of a request that are left out match all", "[postconf]") {
    const auto smtp = entry("smtp inet n - y - - smtpd");
    CHECK(Pattern::parse("smtp").matches(smtp));
    CHECK(Pattern::parse("*/inet/x").matches(smtp));
    CHECK(!Pattern::parse("smtp/unix").matches(smtp));
    CHECK(Pattern::parse("smtp/inet/chroot").rest == "chroot");
}
