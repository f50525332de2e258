#include "services/pipe/attributes.h"

#include "services/pipe/content.h"

#include <catch2/catch.hpp>

#include <unistd.h>

namespace postern::pipe {

namespace {

config::Config config() {
    auto loaded = config::Config::from_text("compatibility_level = 3.6\nmail_owner = daemon\n");
    REQUIRE(loaded);
    return std::move(*loaded);
}

std::string complaint(const std::vector<std::string>& words) {
    const auto attributes = Attributes::parse(words, config());
    REQUIRE_FALSE(attributes);
    return attributes.error().text;
}

}  // namespace

TEST_CASE("attributes stand before the command, which may have any words", "[pipe]") {
    const auto attributes = Attributes::parse(
        {"flags=DRhu.>", "user=nobody", "null_sender=", "eol=\\r\\n", "size=100", "directory=/tmp",
         "chroot=/srv", "argv=/bin/cmd", "-f", "${sender}", "--", "user=x"},
        config());
    REQUIRE(attributes);
    CHECK(attributes->flags.adds_delivered_to);
    CHECK(attributes->flags.adds_return_path);
    CHECK(attributes->flags.folds_domain);
    CHECK(attributes->flags.folds_user);
    CHECK(attributes->flags.stuffs_dots);
    CHECK(attributes->flags.quotes_from_lines);
    CHECK_FALSE(attributes->flags.quotes_addresses);
    CHECK(attributes->null_sender.empty());
    CHECK(attributes->eol == "\r\n");
    CHECK(attributes->size == 100);
    CHECK(attributes->directory == "/tmp");
    CHECK(attributes->chroot == "/srv");
    CHECK(attributes->argv ==
          std::vector<std::string>{"/bin/cmd", "-f", "${sender}", "--", "user=x"});
}

TEST_CASE("what is missing or wrong is named", "[pipe]") {
    CHECK(complaint({"argv=/bin/cmd"}) == "missing user= command-line attribute");
    CHECK(complaint({"user=nobody"}) == "missing argv= command-line attribute");
    CHECK(complaint({"user=nobody", "argv="}) == "missing argv= command-line attribute");
    CHECK(complaint({"colour=red", "user=nobody", "argv=x"}) ==
          "unknown attribute name: colour=red");
    CHECK(complaint({"user=no-such-user", "argv=x"}) == "unknown username: no-such-user");
    CHECK(complaint({"user=nobody:no-such-group", "argv=x"}) ==
          "unknown group name: no-such-group");
    CHECK(complaint({"size=big", "user=nobody", "argv=x"}) == "bad size= value: big");
}

TEST_CASE("row 27: no command runs as root", "[pipe]") {
    CHECK(complaint({"user=root", "argv=x"}) ==
          "user= command-line attribute specifies root privileges");
    CHECK(complaint({"user=nobody:root", "argv=x"}) ==
          "user= command-line attribute specifies root group id");
}

TEST_CASE("the head has what flags ask for, with the service's line ends", "[pipe]") {
    Attributes attributes;
    attributes.flags = *Flags::parse("FROD");
    attributes.eol = "\r\n";
    const Head head{"From a@b.example  Tue Nov 24 15:09:01 2026", "a@b.example", "o@x.example",
                    "r@x.example"};
    CHECK(head_text(head, attributes) ==
          "From a@b.example  Tue Nov 24 15:09:01 2026\r\nReturn-Path: <a@b.example>\r\n"
          "X-Original-To: o@x.example\r\nDelivered-To: r@x.example\r\n");
    CHECK(head_text(head, {}).empty());
}

TEST_CASE("dots and From lines are protected where flags ask for it", "[pipe]") {
    const Flags both = *Flags::parse(".>");
    CHECK(shaped_start(".x", both) == "..x");
    CHECK(shaped_start("From me", both) == ">From me");
    CHECK(shaped_start("from me", both) == "from me");
    CHECK(shaped_start(".x", {}) == ".x");
}

TEST_CASE("an unknown flag is an error", "[pipe]") {
    CHECK_FALSE(Flags::parse("DZ"));
}

}  // namespace postern::pipe
