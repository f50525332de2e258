// What main.cf says to postscreen.
#pragma once

#include "lib/config/config.h"
#include "services/postscreen/client_record.h"

#include <array>
#include <string>
#include <vector>

namespace postern::postscreen {

/// What follows when a client fails a test.
enum class Action { ignore, enforce, drop };

/// What depends on `stress`.
struct Timing {
    explicit Timing(const config::Config& config);
    seconds greet_wait, command_time_limit;
};

/// One of the tests; postscreen_NAME_enable, _action, _ttl. Who gets no teaser cannot come too early.
struct TestSettings {
    bool is_enabled = true;
    Action action = Action::ignore;
    seconds ttl{0};   ///< of a DNS list: the longest
};

struct Settings {
    /// Error: permanent, naming the parameter: an action that is none.
    static Result<Settings> from(const config::Config& config);

    const TestSettings& of(Test test) const { return tests[static_cast<std::size_t>(test)]; }
    const Timing& timing_now(bool is_stressed) const { return is_stressed ? stressed_timing : timing; }

    Timing timing, stressed_timing;
    std::array<TestSettings, test_count> tests;
    Action denylist_action = Action::ignore;
    std::string greet_banner, smtpd_banner, myhostname, smtpd_service;
    std::int64_t dnsbl_threshold, dnsbl_allowlist_threshold;   ///< the latter 0: not used
    seconds dnsbl_min_ttl, dnsbl_max_ttl, dnsbl_timeout;
    std::size_t client_connection_count_limit, command_count_limit, line_length_limit;
    std::size_t pre_queue_limit, post_queue_limit;
    config::ByteCount message_size_limit;
    bool helo_required, is_vrfy_disabled, smtputf8_enable, soft_bounce;
    std::vector<std::string> discard_ehlo_keywords;   ///< lower case
    std::string reject_footer;                        ///< not expanded
    std::string expansion_filter;
    bool is_behind_haproxy;
    seconds upstream_proxy_timeout, cache_retention_time, cache_cleanup_interval, starttls_timeout;
    std::string cache_map;

private:
    explicit Settings(const config::Config& config);
};

}  // namespace postern::postscreen
