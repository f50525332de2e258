#include "lib/config/edit.h"

#include "lib/config/names_in_use.h"

#include <catch2/catch.hpp>

using namespace postern::config;

namespace {
constexpr std::string_view file = "# top\na = 1\n   2\nb = 2\n# between\n\na = 3\n # indented\n  z\n";
}

TEST_CASE("a definition is replaced where it stands; comments stay", "[config]") {
    CHECK(assign(file, {{"a", "9 9"}, {"new", ""}}) ==
          "# top\na = 9 9\nb = 2\n# between\n\na = 9 9\n # indented\nnew = \n");
    CHECK(repeated(file, {"a", "b"}) == std::vector<std::string>{"a"});
}

TEST_CASE("of several values for a new name the last is appended", "[config]") {
    CHECK(assign("", {{"n", "1"}, {"n", "2"}}) == "n = 2\n");
}

TEST_CASE("definitions are commented out or removed with their continuation", "[config]") {
    CHECK(comment_out(file, {"a"}) ==
          "# top\n#a = 1\n#   2\nb = 2\n# between\n\n#a = 3\n # indented\n#  z\n");
    CHECK(remove(file, {"a", "nope"}) == "# top\nb = 2\n# between\n\n # indented\n");
}

TEST_CASE("a name is used by the catalogue, a service, a reference, a class or a table",
          "[config]") {
    const auto main_cf = parse_main_cf("smtpd_restriction_classes = cls, lost\ncls = permit\n"
                                       "mail_name = $own$gone\nown = $deep\ndeep = x\n"
                                       "virtual_alias_maps = proxy:ldap:book\nbook_server = y\n"
                                       "relay_time_limit = 1\nslow_time_limit = 2\nmail_nme = z\n",
                                       "main.cf");
    const auto services =
        parse_master_cf("slow unix - n n - - pipe -o stray=1 -o mail_name=$lost2\n", "master.cf");
    const NamesInUse names(main_cf->settings, services->entries);
    std::string unused;
    for (const auto& setting : names.unused())
        unused += setting.name + " ";
    CHECK(unused == "relay_time_limit mail_nme ");
    CHECK(names.undefined() == std::vector<std::string>{"lost", "gone"});
    CHECK(names.undefined_in_overrides() == std::vector<std::string>{"lost2"});
    REQUIRE(names.unused_overrides().size() == 1);
    CHECK(names.unused_overrides()[0].override->name == "stray");
}
