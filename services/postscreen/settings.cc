// postscreen's parameters; see the header.
#include "services/postscreen/settings.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::postscreen {

namespace {

Result<Action> action(const config::Config& config, std::string_view name) {
    const std::string value = lower(config.text(name));
    if (value == "ignore") return Action::ignore;
    if (value == "enforce") return Action::enforce;
    if (value == "drop") return Action::drop;
    return config.error_in(name, fmt::format("{}: \"{}\" is not ignore, enforce or drop", name, value));
}

std::size_t size(const config::Config& config, std::string_view name) {
    return static_cast<std::size_t>(std::max<std::int64_t>(config.number(name), 0));
}

std::vector<std::string> lower_case(std::vector<std::string> names) {
    for (std::string& name : names) name = lower(name);
    return names;
}

TestSettings deep_test(const config::Config& config, const std::string& prefix) {
    return {config.boolean(prefix + "enable"), Action::ignore, config.time(prefix + "ttl")};
}

/// Which parameter has the action of which test.
constexpr std::pair<Test, std::string_view> actions[] = {
    {Test::pregreet, "postscreen_greet_action"},
    {Test::dnsbl, "postscreen_dnsbl_action"},
    {Test::pipelining, "postscreen_pipelining_action"},
    {Test::non_smtp_command, "postscreen_non_smtp_command_action"},
    {Test::bare_newline, "postscreen_bare_newline_action"},
};

}  // namespace

Timing::Timing(const config::Config& config)
    : greet_wait(config.time("postscreen_greet_wait")),
      command_time_limit(config.time("postscreen_command_time_limit")) {}

Settings::Settings(const config::Config& config)
    : timing(config.with_stress(false)),
      stressed_timing(config.with_stress(true)),
      tests{TestSettings{!config.text("postscreen_greet_banner").empty(), Action::ignore,
                         config.time("postscreen_greet_ttl")},
            TestSettings{!config.list("postscreen_dnsbl_sites").empty(), Action::ignore,
                         config.time("postscreen_dnsbl_max_ttl")},
            deep_test(config, "postscreen_pipelining_"), deep_test(config, "postscreen_non_smtp_command_"),
            deep_test(config, "postscreen_bare_newline_")},
      greet_banner(config.text("postscreen_greet_banner")),
      smtpd_banner(config.text("smtpd_banner")),
      myhostname(config.text("myhostname")),
      smtpd_service("private/" + config.text("smtpd_service_name")),
      dnsbl_threshold(config.number("postscreen_dnsbl_threshold")),
      dnsbl_allowlist_threshold(config.number("postscreen_dnsbl_allowlist_threshold")),
      dnsbl_min_ttl(config.time("postscreen_dnsbl_min_ttl")),
      dnsbl_max_ttl(config.time("postscreen_dnsbl_max_ttl")),
      dnsbl_timeout(config.time("postscreen_dnsbl_timeout")),
      client_connection_count_limit(size(config, "postscreen_client_connection_count_limit")),
      command_count_limit(size(config, "postscreen_command_count_limit")),
      line_length_limit(size(config, "line_length_limit")),
      pre_queue_limit(size(config, "postscreen_pre_queue_limit")),
      post_queue_limit(size(config, "postscreen_post_queue_limit")),
      message_size_limit(config.bytes("message_size_limit")),
      helo_required(config.boolean("postscreen_helo_required")),
      is_vrfy_disabled(config.boolean("postscreen_disable_vrfy_command")),
      smtputf8_enable(config.boolean("smtputf8_enable")),
      soft_bounce(config.boolean("soft_bounce")),
      discard_ehlo_keywords(lower_case(config.list("postscreen_discard_ehlo_keywords"))),
      reject_footer(config.raw("postscreen_reject_footer")),
      expansion_filter(unescaped(config.raw("postscreen_expansion_filter"))),
      is_behind_haproxy(same(config.text("postscreen_upstream_proxy_protocol"), "haproxy")),
      upstream_proxy_timeout(config.time("postscreen_upstream_proxy_timeout")),
      cache_retention_time(config.time("postscreen_cache_retention_time")),
      cache_cleanup_interval(config.time("postscreen_cache_cleanup_interval")),
      starttls_timeout(config.time("postscreen_starttls_timeout")),
      cache_map(config.text("postscreen_cache_map")) {
    // "$smtpd_reject_footer" is the value of another parameter, whose own names are expanded later.
    if (reject_footer == "$smtpd_reject_footer") reject_footer = config.raw("smtpd_reject_footer");
    if (expansion_filter == "$smtpd_expansion_filter")
        expansion_filter = unescaped(config.raw("smtpd_expansion_filter"));
}

Result<Settings> Settings::from(const config::Config& config) {
    Settings settings(config);
    for (const auto& [test, parameter] : actions) {
        auto chosen = action(config, parameter);
        if (!chosen) return chosen.error();
        settings.tests[static_cast<std::size_t>(test)].action = *chosen;
    }
    auto denylist = action(config, "postscreen_denylist_action");
    if (!denylist) return denylist.error();
    settings.denylist_action = *denylist;
    const std::string protocol = config.text("postscreen_upstream_proxy_protocol");
    if (!protocol.empty() && !settings.is_behind_haproxy)
        return config.error_in("postscreen_upstream_proxy_protocol",
                               fmt::format("postscreen_upstream_proxy_protocol: unknown protocol \"{}\"",
                                           protocol));
    return settings;
}

}  // namespace postern::postscreen
