#include "tools/postmulti/instances.h"
#include "tools/postmulti/iteration.h"

#include <catch2/catch.hpp>

namespace postern::postmulti {

namespace {

Instance instance(const std::string& main_cf, bool is_primary = false) {
    config::Source source;
    source.directory = "/etc/" + main_cf.substr(0, 4);
    return {*config::Config::from_text(main_cf, source), is_primary};
}

std::vector<Instance> three() {
    return {instance("main_x = 1\nmulti_instance_wrapper = x\nmulti_instance_enable = yes\n", true),
            instance("one_x = 1\nmulti_instance_name = postfix-1\nmulti_instance_group = g\n"),
            instance("two_x = 1\nmulti_instance_name = postfix-2\nmulti_instance_enable = yes\n")};
}

std::vector<std::string> names(const std::vector<Instance>& list) {
    std::vector<std::string> found;
    for (const Instance& one : list) found.push_back(one.name());
    return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("instances are chosen by name, directory, group or as the primary one", "[postmulti]") {
    CHECK(names(chosen(three(), {})) == Names{"", "postfix-1", "postfix-2"});
    CHECK(names(chosen(three(), {.instance = "postfix-2"})) == Names{"postfix-2"});
    CHECK(names(chosen(three(), {.instance = "/etc/one_"})) == Names{"postfix-1"});
    CHECK(names(chosen(three(), {.instance = "-"})) == Names{""});
    CHECK(names(chosen(three(), {.instance = "none"})).empty());
    CHECK(names(chosen(three(), {.group = "g"})) == Names{"postfix-1"});
    CHECK(names(chosen(three(), {.is_reversed = true})) == Names{"postfix-2", "postfix-1", ""});
}

TEST_CASE("an instance that is not enabled is checked instead of started, and not stopped", "[postmulti]") {
    const auto all = three();
    const auto& primary = all[0].config;
    CHECK(treatment(all[2], "start", primary) == Treatment::run);
    CHECK(treatment(all[1], "start", primary) == Treatment::check_only);
    CHECK(treatment(all[1], "stop", primary) == Treatment::skip);
    CHECK(treatment(all[1], "reload", primary) == Treatment::skip);
    CHECK(treatment(all[1], "status", primary) == Treatment::run);
}

TEST_CASE("the primary instance is enabled where instances are not managed", "[postmulti]") {
    CHECK(instance("mainx = 1\n", true).is_enabled());
    CHECK_FALSE(instance("mainx = 1\nmulti_instance_wrapper = x\n", true).is_enabled());
    CHECK_FALSE(instance("onex = 1\n").is_enabled());
}

}  // namespace postern::postmulti
