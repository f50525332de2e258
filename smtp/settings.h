// The parameters of the SMTP and LMTP client, read once. The names are those of main.cf without
// "smtp_"; the LMTP client reads lmtp_x where SMTP reads smtp_x.
#pragma once

#include "lib/config/config.h"
#include "lib/dns/resolv_conf.h"
#include "lib/nexthop/settings.h"
#include "lib/tls/level.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace postern::smtp {

/// How long each stage of the dialogue may take.
struct Timeouts {
    seconds connect, helo, starttls, xforward, mail, rcpt, data_init, data_xfer, data_done, rset, quit;
};

enum class TlsLevel { none, may, encrypt };   ///< encrypt: and all that are stricter

/// What master.cf says after the program's name: flags=DORX.
struct Flags {
    bool delivered_to = false;      ///< D: prepend Delivered-To:, refuse loops
    bool original_recipient = false;///< O: prepend X-Original-To:
    bool return_path = false;       ///< R: prepend Return-Path:
    bool is_final = false;          ///< X: success is "delivered", not "relayed"
};
/// Error: permanent, naming the flag.
Result<Flags> parse_flags(const std::vector<std::string>& arguments);

struct Settings {
    Settings(const config::Config& config, bool is_lmtp);

    bool is_lmtp;
    std::string myhostname;
    std::string helo_name;
    Timeouts wait;

    nexthop::Settings servers;                   ///< how they are found
    std::string bind_address, bind_address6;
    bool bind_address_enforce;
    std::size_t mx_session_limit;                ///< 0: no limit
    dns::Completion completion;                  ///< smtp_dns_resolver_options
    std::string best_mx_transport;
    std::vector<std::string> fallback_relay;

    bool always_send_ehlo, never_send_ehlo, skip_5xx_greeting, skip_quit_response;
    std::vector<std::string> discard_ehlo_keywords;
    std::vector<std::string> pix_workarounds;    ///< disable_esmtp, delay_dotcrlf; in any case
    seconds pix_workaround_threshold_time, pix_workaround_delay_time;
    bool quote_rfc821_envelope, send_xforward_command;
    bool assumes_final;                          ///< lmtp_assume_final
    bool probes_with_data;                       ///< smtp_address_verify_target = data
    std::size_t line_length_limit;               ///< 0: no limit
    bool replace_stray_cr_lf, disable_mime_output_conversion;
    std::size_t reply_line_limit;                ///< line_length_limit of the house
    std::size_t header_size_limit, mime_nesting_limit, mime_boundary_length_limit;
    std::size_t header_address_token_limit;
    bool per_request_deadline;
    std::size_t min_data_rate;                   ///< bytes a second, with per_request_deadline

    std::size_t body_checks_size_limit;          ///< bytes of each part that smtp_body_checks see

    tls::Level tls_dane_insecure_mx_policy;      ///< dane, encrypt, may
    bool tls_force_insecure_host_tlsa_lookup;
    bool tls_required_enable;
    bool log_tls_feature_status;
    seconds minimal_backoff_time;                ///< older mail may fall back to plaintext
    bool sasl_auth_enable, send_dummy_mail_auth;

    bool connection_cache_on_demand;
    std::string connection_cache_service_name;
    seconds connection_cache_protocol_timeout;
    seconds connection_cache_time_limit;         ///< at most connection_cache_ttl_limit
    seconds connection_reuse_time_limit;
    int tcp_windowsize;                          ///< 0: not limited
    std::size_t connection_reuse_count_limit;    ///< 0: no limit

    std::string myorigin, recipient_delimiter;
    std::set<std::string> our_domains;           ///< myorigin, mydestination; lower case
    bool propagates_generic;                     ///< propagate_unmatched_extensions has "generic"
    int debug_peer_level;                        ///< above 0 the dialogue is logged
    std::vector<std::string> inet_interfaces, proxy_interfaces, inet_protocols;
};

}  // namespace postern::smtp
