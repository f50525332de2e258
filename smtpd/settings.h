// What main.cf says to smtpd.
#pragma once

#include "lib/config/config.h"

#include <string>
#include <vector>

namespace postern::smtpd {

/// smtpd_forbid_bare_newline.
enum class BareNewline { allow, normalize, note, reject };

/// The bounds and manners of sessions. All that depends on `stress` is here.
struct SessionLimits {
    explicit SessionLimits(const config::Config& config);

    seconds smtpd_timeout, smtpd_starttls_timeout, smtpd_error_sleep_time;
    bool smtpd_per_request_deadline;
    std::int64_t smtpd_min_data_rate;
    int smtpd_soft_error_limit, smtpd_hard_error_limit, smtpd_junk_command_limit;
};

/// The reply codes of refusals, each named as its parameter without _reject_code, and what becomes
/// of a request when a check cannot tell (*_tempfail_action).
struct RejectCodes {
    explicit RejectCodes(const config::Config& config);

    int access_map, access_map_defer, defer, invalid_hostname, maps_rbl, multi_recipient_bounce,
        non_fqdn, plaintext, reject, relay_domains, unknown_address, unknown_client,
        unknown_hostname, unknown_local_recipient, unknown_relay_recipient, unknown_virtual_alias,
        unknown_virtual_mailbox, unverified_recipient, unverified_recipient_defer,
        unverified_sender, unverified_sender_defer, forbid_bare_newline;
    std::string unverified_recipient_reject_reason, unverified_sender_reject_reason;
    std::string reject_tempfail_action, unknown_address_tempfail_action,
        unknown_helo_hostname_tempfail_action, unverified_recipient_tempfail_action,
        unverified_sender_tempfail_action;
};

/// smtpd_upstream_proxy_protocol is one that we know. Error: permanent, naming file and line.
Result<void> check_proxy_protocol(const config::Config& config);

/// parent_domain_matches_subdomains has the name of that list: "example" stands for ".example" too.
bool parents_match(const config::Config& config, std::string_view list);

struct Settings {
    explicit Settings(const config::Config& config);

    SessionLimits limits;
    SessionLimits stressed_limits;  ///< while the process has as many sessions as it may
    RejectCodes codes;

    std::string myhostname, mydomain, mail_name, smtpd_banner, service_name;
    config::ByteCount message_size_limit, queue_minfree;
    std::size_t line_length_limit;
    std::size_t smtpd_recipient_limit, smtpd_recipient_overshoot_limit;

    bool smtpd_helo_required, smtpd_delay_reject, smtpd_peername_lookup, soft_bounce;
    bool requiretls_enable, requiretls_esmtp_header;
    bool disable_vrfy_command, strict_rfc821_envelopes, smtputf8_enable, strict_smtputf8;
    bool smtpd_delay_open_until_valid_rcpt;
    bool smtpd_forbid_unauth_pipelining, smtpd_hide_client_session;
    bool smtpd_relay_before_recipient_restrictions;
    bool smtpd_reject_unlisted_recipient, smtpd_reject_unlisted_sender;
    bool allow_untrusted_routing;
    bool maps_addresses, filters, checks_unknown_recipients,
        uses_milters;  ///< receive_override_options
    std::string content_filter;
    BareNewline smtpd_forbid_bare_newline;

    std::vector<std::string> smtpd_discard_ehlo_keywords;   ///< lower case
    std::string smtpd_reject_footer;                        ///< not expanded
    std::string default_rbl_reply, smtpd_expansion_filter;  ///< not expanded; unescaped
    std::vector<std::string> maps_rbl_domains;
    std::string compatibility_level, mail_version;
    std::int64_t address_verify_poll_count, stressed_address_verify_poll_count;
    seconds address_verify_poll_delay;
    bool is_behind_haproxy;  ///< smtpd_upstream_proxy_protocol
    seconds smtpd_upstream_proxy_timeout;
    std::vector<std::string> notify_classes;  ///< lower case
    std::string error_notice_recipient, bounce_notice_recipient;
    std::size_t smtpd_history_flush_threshold;
    std::string verp_delimiter_filter, default_verp_delimiters;
    bool show_user_unknown_table_name, smtpd_client_port_logging;
    std::string recipient_delimiter, double_bounce_sender, smtpd_null_access_lookup_key;
    bool owner_request_special;
    bool access_maps_match_parents;  ///< smtpd_access_maps in parent_domain_matches_subdomains
    seconds ipc_timeout;
};

}  // namespace postern::smtpd
