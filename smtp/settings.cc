// Reading the parameters; see the header.
#include "smtp/settings.h"

#include "lib/base/strings.h"

#include <algorithm>

namespace postern::smtp {

namespace {

bool has(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

Timeouts timeouts(const config::Config& config) {
    return {config.time("smtp_connect_timeout"),   config.time("smtp_helo_timeout"),
            config.time("smtp_starttls_timeout"),  config.time("smtp_xforward_timeout"),  config.time("smtp_mail_timeout"),
            config.time("smtp_rcpt_timeout"),      config.time("smtp_data_init_timeout"),
            config.time("smtp_data_xfer_timeout"), config.time("smtp_data_done_timeout"),
            config.time("smtp_rset_timeout"),      config.time("smtp_quit_timeout")};
}

}  // namespace

Result<Flags> parse_flags(const std::vector<std::string>& arguments) {
    Flags flags;
    for (const std::string& argument : arguments) {
        if (!argument.starts_with("flags="))
            return permanent("unexpected command-line argument: " + argument);
        for (const char flag : argument.substr(6)) {
            if (flag == 'D') flags.delivered_to = true;
            else if (flag == 'O') flags.original_recipient = true;
            else if (flag == 'R') flags.return_path = true;
            else if (flag == 'X') flags.is_final = true;
            else return permanent(std::string("unknown flag: ") + flag);
        }
    }
    return flags;
}

Settings::Settings(const config::Config& given, bool is_lmtp_client)
    : is_lmtp(is_lmtp_client), servers(given, is_lmtp_client) {
    const config::Config config = is_lmtp ? given.for_lmtp() : given;
    const auto count = [&](const char* name) {
        return static_cast<std::size_t>(std::max<std::int64_t>(config.number(name), 0));
    };
    myhostname = config.text("myhostname");
    helo_name = config.text("smtp_helo_name");
    wait = timeouts(config);

    inet_protocols = config.list("inet_protocols");
    bind_address = config.text("smtp_bind_address");
    bind_address6 = config.text("smtp_bind_address6");
    bind_address_enforce = config.boolean("smtp_bind_address_enforce");
    mx_session_limit = count("smtp_mx_session_limit");
    const auto options = config.list("smtp_dns_resolver_options");
    completion = {has(options, "res_defnames"), has(options, "res_dnsrch")};
    best_mx_transport = config.text("best_mx_transport");
    fallback_relay = config.list("smtp_fallback_relay");

    always_send_ehlo = is_lmtp || config.boolean("smtp_always_send_ehlo");
    never_send_ehlo = !is_lmtp && config.boolean("smtp_never_send_ehlo");
    skip_5xx_greeting = config.boolean("smtp_skip_5xx_greeting");
    skip_quit_response = config.boolean("smtp_skip_quit_response");
    discard_ehlo_keywords = config.list("smtp_discard_ehlo_keywords");
    pix_workarounds = config.list("smtp_pix_workarounds");
    pix_workaround_threshold_time = config.time("smtp_pix_workaround_threshold_time");
    pix_workaround_delay_time = config.time("smtp_pix_workaround_delay_time");
    quote_rfc821_envelope = config.boolean("smtp_quote_rfc821_envelope");
    send_xforward_command = config.boolean("smtp_send_xforward_command");
    assumes_final = is_lmtp && config.boolean("lmtp_assume_final");
    probes_with_data = config.text("smtp_address_verify_target") == "data";
    line_length_limit = count("smtp_line_length_limit");
    replace_stray_cr_lf = config.boolean("cleanup_replace_stray_cr_lf");
    disable_mime_output_conversion = config.boolean("disable_mime_output_conversion");
    reply_line_limit = count("line_length_limit");
    header_size_limit = count("header_size_limit");
    mime_nesting_limit = count("mime_nesting_limit");
    mime_boundary_length_limit = count("mime_boundary_length_limit");
    header_address_token_limit = count("header_address_token_limit");
    per_request_deadline = config.boolean("smtp_per_request_deadline");
    min_data_rate = std::max<std::size_t>(count("smtp_min_data_rate"), 1);

    body_checks_size_limit = config.bytes("body_checks_size_limit");
    tls_force_insecure_host_tlsa_lookup = config.boolean("smtp_tls_force_insecure_host_tlsa_lookup");
    tls_required_enable = config.boolean("tls_required_enable");

    tls_dane_insecure_mx_policy = tls::level_named(config.text("smtp_tls_dane_insecure_mx_policy"))
                                      .value_or(tls::Level::dane);
    log_tls_feature_status = config.boolean("smtp_log_tls_feature_status");
    minimal_backoff_time = config.time("minimal_backoff_time");
    sasl_auth_enable = config.boolean("smtp_sasl_auth_enable");
    send_dummy_mail_auth = config.boolean("smtp_send_dummy_mail_auth");

    connection_cache_on_demand = config.boolean("smtp_connection_cache_on_demand");
    connection_cache_service_name = config.text("connection_cache_service_name");
    connection_cache_protocol_timeout = config.time("connection_cache_protocol_timeout");
    connection_cache_time_limit = std::min(config.time("smtp_connection_cache_time_limit"),
                                           config.time("connection_cache_ttl_limit"));
    tcp_windowsize = static_cast<int>(config.number("tcp_windowsize"));
    connection_reuse_time_limit = config.time("smtp_connection_reuse_time_limit");
    connection_reuse_count_limit = count("smtp_connection_reuse_count_limit");

    recipient_delimiter = config.text("recipient_delimiter");
    myorigin = config.text("myorigin");
    our_domains.insert(lower(myorigin));
    for (const std::string& domain : config.list("mydestination"))
        our_domains.insert(lower(domain));
    propagates_generic = has(config.list("propagate_unmatched_extensions"), "generic");
    debug_peer_level = static_cast<int>(config.number("debug_peer_level"));
    inet_interfaces = config.list("inet_interfaces");
    proxy_interfaces = config.list("proxy_interfaces");
}

}  // namespace postern::smtp
