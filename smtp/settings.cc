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

/// "smtp=25, smtps=submissions=465": names before the number.
std::map<std::string, std::uint16_t> known_ports(const std::vector<std::string>& entries) {
    std::map<std::string, std::uint16_t> ports;
    for (const std::string& entry : entries) {
        const auto words = split(entry, "=");
        if (words.size() < 2) continue;
        const auto number = parse_number(words.back());
        if (!number || *number > 65535) continue;
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            ports[std::string(words[i])] = static_cast<std::uint16_t>(*number);
    }
    return ports;
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

Settings::Settings(const config::Config& given, bool is_lmtp_client) : is_lmtp(is_lmtp_client) {
    const config::Config config = is_lmtp ? given.for_lmtp() : given;
    const auto count = [&](const char* name) {
        return static_cast<std::size_t>(std::max<std::int64_t>(config.number(name), 0));
    };
    myhostname = config.text("myhostname");
    helo_name = config.text("smtp_helo_name");
    wait = timeouts(config);

    tcp_port = config.text("smtp_tcp_port");
    known_tcp_ports = known_ports(config.list("known_tcp_ports"));
    inet_protocols = config.list("inet_protocols");
    families = dns::Families::parse(config.text("inet_protocols")).value_or({});
    bind_address = config.text("smtp_bind_address");
    bind_address6 = config.text("smtp_bind_address6");
    bind_address_enforce = config.boolean("smtp_bind_address_enforce");
    address_preference = config.text("smtp_address_preference");
    has_idna2003 = config.boolean("enable_idna2003_compatibility");
    balance_inet_protocols = config.boolean("smtp_balance_inet_protocols");
    randomize_addresses = config.boolean("smtp_randomize_addresses");
    mx_address_limit = count("smtp_mx_address_limit");
    mx_session_limit = count("smtp_mx_session_limit");

    const auto lookup = config.list("smtp_host_lookup");
    const std::string support = config.text("smtp_dns_support_level");
    const bool dns_is_off =
        support.empty() ? config.boolean("disable_dns_lookups") : support == "disabled";
    uses_dns = !dns_is_off && has(lookup, "dns");
    uses_native = dns_is_off || has(lookup, "native");
    native_first = uses_native && (lookup.empty() || lookup.front() == "native");
    dnssec = support == "dnssec";
    const auto options = config.list("smtp_dns_resolver_options");
    completion = {has(options, "res_defnames"), has(options, "res_dnsrch")};
    use_srv_lookup = config.list("use_srv_lookup");
    ignore_srv_lookup_error = config.boolean("ignore_srv_lookup_error");
    allow_srv_lookup_fallback = config.boolean("allow_srv_lookup_fallback");
    cname_overrides_servername = config.boolean("smtp_cname_overrides_servername");
    ignore_mx_lookup_error = config.boolean("ignore_mx_lookup_error");
    defer_if_no_mx_address_found = config.boolean("smtp_defer_if_no_mx_address_found");
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
    connection_cache_destinations = config.list("smtp_connection_cache_destinations");
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
