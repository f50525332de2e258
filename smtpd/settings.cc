// smtpd's parameters; see the header.
#include "smtpd/settings.h"

#include "lib/base/escapes.h"
#include "lib/base/strings.h"

#include <algorithm>

namespace postern::smtpd {

namespace {

int code(const config::Config& config, std::string_view name) {
    return static_cast<int>(config.number(name));
}

std::size_t size(const config::Config& config, std::string_view name) {
    return static_cast<std::size_t>(std::max<std::int64_t>(config.number(name), 0));
}

std::vector<std::string> lower_case(std::vector<std::string> names) {
    for (std::string& name : names)
        name = lower(name);
    return names;
}

bool lists(const std::vector<std::string>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& one) { return same(one, name); });
}

bool overrides(const config::Config& config, std::string_view option) {
    return lists(config.list("receive_override_options"), option);
}

BareNewline bare_newline(const config::Config& config) {
    const std::string value = lower(config.text("smtpd_forbid_bare_newline"));
    if (value == "no") return BareNewline::allow;
    if (value == "reject") return BareNewline::reject;
    return value == "note" ? BareNewline::note : BareNewline::normalize;
}

}  // namespace

SessionLimits::SessionLimits(const config::Config& config)
    : smtpd_timeout(config.time("smtpd_timeout")),
      smtpd_starttls_timeout(config.time("smtpd_starttls_timeout")),
      smtpd_error_sleep_time(config.time("smtpd_error_sleep_time")),
      smtpd_per_request_deadline(config.boolean("smtpd_per_request_deadline")),
      smtpd_min_data_rate(config.number("smtpd_min_data_rate")),
      smtpd_soft_error_limit(code(config, "smtpd_soft_error_limit")),
      smtpd_hard_error_limit(code(config, "smtpd_hard_error_limit")),
      smtpd_junk_command_limit(code(config, "smtpd_junk_command_limit")) {}

RejectCodes::RejectCodes(const config::Config& config)
    : access_map(code(config, "access_map_reject_code")),
      access_map_defer(code(config, "access_map_defer_code")),
      defer(code(config, "defer_code")),
      invalid_hostname(code(config, "invalid_hostname_reject_code")),
      maps_rbl(code(config, "maps_rbl_reject_code")),
      multi_recipient_bounce(code(config, "multi_recipient_bounce_reject_code")),
      non_fqdn(code(config, "non_fqdn_reject_code")),
      plaintext(code(config, "plaintext_reject_code")),
      reject(code(config, "reject_code")),
      relay_domains(code(config, "relay_domains_reject_code")),
      unknown_address(code(config, "unknown_address_reject_code")),
      unknown_client(code(config, "unknown_client_reject_code")),
      unknown_hostname(code(config, "unknown_hostname_reject_code")),
      unknown_local_recipient(code(config, "unknown_local_recipient_reject_code")),
      unknown_relay_recipient(code(config, "unknown_relay_recipient_reject_code")),
      unknown_virtual_alias(code(config, "unknown_virtual_alias_reject_code")),
      unknown_virtual_mailbox(code(config, "unknown_virtual_mailbox_reject_code")),
      unverified_recipient(code(config, "unverified_recipient_reject_code")),
      unverified_recipient_defer(code(config, "unverified_recipient_defer_code")),
      unverified_sender(code(config, "unverified_sender_reject_code")),
      unverified_sender_defer(code(config, "unverified_sender_defer_code")),
      forbid_bare_newline(code(config, "smtpd_forbid_bare_newline_reject_code")),
      unverified_recipient_reject_reason(config.text("unverified_recipient_reject_reason")),
      unverified_sender_reject_reason(config.text("unverified_sender_reject_reason")),
      reject_tempfail_action(config.text("reject_tempfail_action")),
      unknown_address_tempfail_action(config.text("unknown_address_tempfail_action")),
      unknown_helo_hostname_tempfail_action(config.text("unknown_helo_hostname_tempfail_action")),
      unverified_recipient_tempfail_action(config.text("unverified_recipient_tempfail_action")),
      unverified_sender_tempfail_action(config.text("unverified_sender_tempfail_action")) {}

Result<void> check_proxy_protocol(const config::Config& config) {
    constexpr std::string_view name = "smtpd_upstream_proxy_protocol";
    const std::string protocol = config.text(name);
    if (protocol.empty() || protocol == "haproxy") return success();
    return config.error_in(name, "unknown protocol \"" + protocol + "\"; there is haproxy");
}

bool parents_match(const config::Config& config, std::string_view list) {
    return lists(config.list("parent_domain_matches_subdomains"), list);
}

Settings::Settings(const config::Config& config)
    : limits(config),
      stressed_limits(config.with_stress(true)),
      codes(config),
      myhostname(config.text("myhostname")),
      mydomain(config.text("mydomain")),
      mail_name(config.text("mail_name")),
      smtpd_banner(config.text("smtpd_banner")),
      service_name(config.service_name().empty() ? "smtp" : config.service_name()),
      message_size_limit(config.bytes("message_size_limit")),
      queue_minfree(config.bytes("queue_minfree")),
      line_length_limit(size(config, "line_length_limit")),
      smtpd_recipient_limit(size(config, "smtpd_recipient_limit")),
      smtpd_recipient_overshoot_limit(size(config, "smtpd_recipient_overshoot_limit")),
      smtpd_helo_required(config.boolean("smtpd_helo_required")),
      smtpd_delay_reject(config.boolean("smtpd_delay_reject")),
      smtpd_peername_lookup(config.boolean("smtpd_peername_lookup")),
      soft_bounce(config.boolean("soft_bounce")),
      requiretls_enable(config.boolean("requiretls_enable")),
      requiretls_esmtp_header(config.boolean("requiretls_esmtp_header")),
      disable_vrfy_command(config.boolean("disable_vrfy_command")),
      strict_rfc821_envelopes(config.boolean("strict_rfc821_envelopes")),
      smtputf8_enable(config.boolean("smtputf8_enable")),
      strict_smtputf8(config.boolean("strict_smtputf8")),
      smtpd_delay_open_until_valid_rcpt(config.boolean("smtpd_delay_open_until_valid_rcpt")),
      smtpd_forbid_unauth_pipelining(config.boolean("smtpd_forbid_unauth_pipelining")),
      smtpd_hide_client_session(config.boolean("smtpd_hide_client_session")),
      smtpd_relay_before_recipient_restrictions(
          config.boolean("smtpd_relay_before_recipient_restrictions")),
      smtpd_reject_unlisted_recipient(config.boolean("smtpd_reject_unlisted_recipient")),
      smtpd_reject_unlisted_sender(config.boolean("smtpd_reject_unlisted_sender")),
      allow_untrusted_routing(config.boolean("allow_untrusted_routing")),
      maps_addresses(!overrides(config, "no_address_mappings")),
      filters(!overrides(config, "no_header_body_checks")),
      checks_unknown_recipients(!overrides(config, "no_unknown_recipient_checks")),
      uses_milters(!overrides(config, "no_milters")),
      content_filter(config.text("content_filter")),
      smtpd_forbid_bare_newline(bare_newline(config)),
      smtpd_discard_ehlo_keywords(lower_case(config.list("smtpd_discard_ehlo_keywords"))),
      smtpd_reject_footer(config.raw("smtpd_reject_footer")),
      default_rbl_reply(config.raw("default_rbl_reply")),
      smtpd_expansion_filter(unescaped(config.raw("smtpd_expansion_filter"))),
      maps_rbl_domains(config.list("maps_rbl_domains")),
      compatibility_level(config.text("compatibility_level")),
      mail_version(config.text("mail_version")),
      address_verify_poll_count(config.number("address_verify_poll_count")),
      stressed_address_verify_poll_count(
          config.with_stress(true).number("address_verify_poll_count")),
      address_verify_poll_delay(config.time("address_verify_poll_delay")),
      is_behind_haproxy(!config.text("smtpd_upstream_proxy_protocol").empty()),
      smtpd_upstream_proxy_timeout(config.time("smtpd_upstream_proxy_timeout")),
      notify_classes(lower_case(config.list("notify_classes"))),
      error_notice_recipient(config.text("error_notice_recipient")),
      bounce_notice_recipient(config.text("bounce_notice_recipient")),
      smtpd_history_flush_threshold(size(config, "smtpd_history_flush_threshold")),
      verp_delimiter_filter(config.text("verp_delimiter_filter")),
      default_verp_delimiters(config.text("default_verp_delimiters")),
      show_user_unknown_table_name(config.boolean("show_user_unknown_table_name")),
      smtpd_client_port_logging(config.boolean("smtpd_client_port_logging")),
      recipient_delimiter(config.text("recipient_delimiter")),
      double_bounce_sender(config.text("double_bounce_sender")),
      smtpd_null_access_lookup_key(config.text("smtpd_null_access_lookup_key")),
      owner_request_special(config.boolean("owner_request_special")),
      access_maps_match_parents(parents_match(config, "smtpd_access_maps")),
      ipc_timeout(config.time("ipc_timeout")) {}

}  // namespace postern::smtpd
