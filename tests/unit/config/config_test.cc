#include "lib/config/config.h"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace postern;
using namespace postern::config;

namespace {

Source from_here(std::vector<Override> overrides = {}) {
    return {.directory = "/etc/test", .overrides = std::move(overrides),
            .process_name = "smtpd", .service_name = "submission"};
}

Config loaded(std::string_view text, std::vector<Override> overrides = {}) {
    auto config = Config::from_text(text, from_here(std::move(overrides)));
    INFO((config ? std::string() : config.error().text));
    REQUIRE(config);
    return *config;
}

std::string failure(std::string_view text, std::vector<Override> overrides = {}) {
    const auto config = Config::from_text(text, from_here(std::move(overrides)));
    REQUIRE(!config);
    CHECK(config.error().is_permanent());
    return config.error().text;
}

}  // namespace

TEST_CASE("values are read in the type of the catalogue", "[config]") {
    const auto config = loaded("soft_bounce = YES\nsmtpd_recipient_limit = 7\nqueue_run_delay = 5m\n"
                               "message_size_limit = 9000000000\nmydestination = a, {b c}  d\n");
    CHECK(config.boolean("soft_bounce"));
    CHECK(config.number("smtpd_recipient_limit") == 7);
    CHECK(config.time("queue_run_delay") == seconds(300));
    CHECK(config.bytes("message_size_limit") == 9'000'000'000u);
    CHECK(config.list("mydestination") == std::vector<std::string>{"a", "{b c}", "d"});
}

TEST_CASE("what is not set has its default, expanded", "[config]") {
    const auto config = loaded("myhostname = mx.sub.example\n");
    CHECK(config.text("mydomain") == "sub.example");
    CHECK(config.text("myorigin") == "mx.sub.example");
    CHECK(config.text("smtpd_banner") == "mx.sub.example ESMTP Postfix");
    CHECK(config.text("mail_version") == "3.12.0");
    CHECK(config.text("syslog_name") == "postfix");
    CHECK(config.text("config_directory") == "/etc/test");
    CHECK(config.text("process_name") == "smtpd");
    CHECK(config.text("service_name") == "submission");
    CHECK(config.time("address_verify_negative_refresh_time") == seconds(3 * 3600));
    CHECK(config.text("milter_macro_v") == "Postfix 3.12.0");
    CHECK(!config.is_set("mydomain"));
}

TEST_CASE("a time without a unit is in the unit of the default", "[config]") {
    const auto config = loaded("bounce_queue_lifetime = 2\ndelay_warning_time = 4\n");
    CHECK(config.time("bounce_queue_lifetime") == seconds(2 * 24 * 3600));
    CHECK(config.time("delay_warning_time") == seconds(4 * 3600));
}

TEST_CASE("an override wins over main.cf, the last over others", "[config]") {
    const auto config =
        loaded("mail_name = a\n", {{"mail_name", "b"}, {"mail_name", "$own"}, {"own", "c"}});
    CHECK(config.text("mail_name") == "c");
    CHECK(config.lookup("own") == "c");
}

TEST_CASE("stress changes the defaults that ask for it, and can be taken back", "[config]") {
    const auto calm = loaded("");
    CHECK(calm.time("smtpd_timeout") == seconds(300));
    CHECK(calm.with_stress(true).time("smtpd_timeout") == seconds(10));
    CHECK(calm.with_stress(true).boolean("smtpd_per_request_deadline"));
    const auto stressed = loaded("", {{"stress", "yes"}});
    CHECK(stressed.number("smtpd_hard_error_limit") == 1);
    CHECK(stressed.with_stress(false).number("smtpd_hard_error_limit") == 20);
}

TEST_CASE("a transport's own parameter counts before the default of all", "[config]") {
    const auto config = loaded("slow_destination_concurrency_limit = 3\n"
                               "default_destination_concurrency_limit = 9\nfilter_time_limit = 1h\n"
                               "foo-bar_destination_recipient_limit = 5\n");
    CHECK(config.number_of("slow", "destination_concurrency_limit") == 3);
    CHECK(config.number_of("smtp", "destination_concurrency_limit") == 9);
    CHECK(config.number_of("local", "destination_concurrency_limit") == 2);
    CHECK(config.number_of("foo-bar", "destination_recipient_limit") == 5);
    CHECK(config.number_of("smtp", "initial_destination_concurrency") == 5);
    CHECK(config.time_of("filter", "time_limit") == seconds(3600));
    CHECK(config.time_of("other", "time_limit") == seconds(1000));
    CHECK(config.text_of("slow", "destination_concurrency_positive_feedback") == "1");
}

TEST_CASE("lmtp reads the mirrors of what smtp reads", "[config]") {
    const auto config = loaded("myhostname = a.example\nlmtp_lhlo_name = l.example\n"
                               "lmtp_connect_timeout = 7s\nsmtp_bind_address = 127.0.0.9\n");
    const auto lmtp = config.for_lmtp();
    CHECK(lmtp.text("smtp_helo_name") == "l.example");
    CHECK(lmtp.time("smtp_connect_timeout") == seconds(7));
    CHECK(lmtp.text("smtp_bind_address") == "");
    CHECK(lmtp.text("smtp_tcp_port") == "24");
    CHECK(config.text("smtp_helo_name") == "a.example");
}

TEST_CASE("what is expanded later comes as it stands", "[config]") {
    const auto config = loaded("mailbox_command = /bin/x \"$EXTENSION\"\nluser_relay = $unknown@$x\n");
    CHECK(config.raw("mailbox_command") == "/bin/x \"$EXTENSION\"");
    CHECK(config.text("luser_relay") == "$unknown@$x");
    CHECK(config.raw("smtpd_banner") == "$myhostname ESMTP $mail_name");
}

TEST_CASE("old names count through the new ones' defaults", "[config]") {
    CHECK(loaded("virtual_maps = hash:/v\n").text("virtual_alias_maps") == "hash:/v");
    CHECK(loaded("postscreen_dnsbl_ttl = 2\n").time("postscreen_dnsbl_max_ttl") == seconds(7200));
    CHECK(loaded("fallback_relay = x\n").text("smtp_fallback_relay") == "x");
}

TEST_CASE("a bad value is an error with its file, line and parameter", "[config]") {
    const std::string at = "/etc/test/main.cf, line 2: ";
    CHECK(failure("\nsmtpd_recipient_limit = x\n") ==
          at + "bad numerical configuration: smtpd_recipient_limit = x");
    CHECK(failure("\nsmtpd_recipient_limit = 99999999999\n") ==
          at + "bad numerical configuration: smtpd_recipient_limit = 99999999999");
    CHECK(failure("\nsmtpd_recipient_limit = 0\n") ==
          at + "invalid smtpd_recipient_limit parameter value 0 < 1");
    CHECK(failure("\nsmtpd_timeout = 5x\n") ==
          at + "parameter smtpd_timeout: bad time value or unit: 5x");
    CHECK(failure("\nsmtpd_timeout = 0\n") == at + "invalid smtpd_timeout: 0 (min 1)");
    CHECK(failure("\nsmtpd_timeout = 999999999w\n") ==
          at + "parameter smtpd_timeout: bad time value or unit: 999999999w");
    CHECK(failure("\nsoft_bounce = maybe\n") == at + "bad boolean configuration: soft_bounce = maybe");
    CHECK(failure("\nmyorigin =\n") == at + "bad string length 0 < 1: myorigin = ");
    CHECK(failure("\nmyorigin = ${foo\n") ==
          at + "myorigin: truncated macro reference: \"${foo\"");
    CHECK(failure("\nmyorigin = $mydomain\nmydomain = $myorigin\n") ==
          at + "myorigin: parameter refers to itself: myorigin -> mydomain -> myorigin");
    CHECK(failure("\nx_destination_recipient_limit = y\n") ==
          at + "bad numerical configuration: x_destination_recipient_limit = y");
    CHECK(failure("\ncompatibility_level = x\n") ==
          at + "malformed compatibility level syntax: \"x\"");
}

TEST_CASE("a bad override is named as such", "[config]") {
    CHECK(failure("", {{"soft_bounce", "x"}}) ==
          "-o soft_bounce: bad boolean configuration: soft_bounce = x");
}

TEST_CASE("a value that is bad only under stress is found at once", "[config]") {
    CHECK(failure("smtpd_timeout = ${stress?{x}:{5}}\n").find("bad time value or unit: x") !=
          std::string::npos);
}

TEST_CASE("a default that a bad setting spoils is found at once", "[config]") {
    CHECK(failure("postscreen_dnsbl_ttl = x\n").find("postscreen_dnsbl_max_ttl") !=
          std::string::npos);
}

TEST_CASE("an unknown name and a wrong type are bugs of the reader", "[config]") {
    const auto config = loaded("own = 1\n");
    CHECK_THROWS_AS(config.text("no_such_parameter"), std::logic_error);
    CHECK_THROWS_AS(config.number("soft_bounce"), std::logic_error);
    CHECK_THROWS_AS(config.number_of("smtp", "no_such_suffix"), std::logic_error);
    CHECK(config.lookup("own") == "1");
    CHECK(!config.lookup("no_such_parameter"));
}

TEST_CASE("compatibility_level chooses old defaults, and reminds of them", "[config]") {
    const auto old = loaded("");
    CHECK(old.boolean("append_dot_mydomain"));
    CHECK(old.text("smtpd_relay_restrictions") == "");
    CHECK(old.backwards_compatible("append_dot_mydomain") ==
          "using backwards-compatible default setting append_dot_mydomain=yes");
    CHECK(!old.backwards_compatible("mail_name"));
    CHECK(!loaded("append_dot_mydomain = yes\n").backwards_compatible("append_dot_mydomain"));
    const auto current = loaded("compatibility_level = 3.12\n");
    CHECK(!current.boolean("append_dot_mydomain"));
    CHECK(current.text("smtp_tls_security_level") == "may");
    CHECK(current.is_compatible_with("3.11"));
    CHECK(!current.is_compatible_with("3.13"));
    CHECK(!current.backwards_compatible("append_dot_mydomain"));
}

TEST_CASE("the host's name is completed by mydomain, and is its own answer in a circle",
          "[config]") {
    CHECK(loaded("mydomain = example.com\n").text("myhostname").find('.') != std::string::npos);
    CHECK(loaded("myhostname = foo.$mydomain\n").text("myhostname") == "foo.localdomain");
    CHECK(loaded("myhostname = foo\n").text("mydomain") == "localdomain");
}

TEST_CASE("text of main.cf or master.cf is expanded on request", "[config]") {
    const auto config = loaded("own = x\n");
    CHECK(*config.expand("a-$own-$mail_name") == "a-x-Postfix");
    CHECK(!config.expand("${own"));
}
