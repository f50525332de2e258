// Parameters of access decisions and their replies, RBLs, QMQP.
#pragma once

#include "lib/config/parameter.h"

#include <array>

namespace postern::config {

inline constexpr auto access_parameters = std::to_array<Parameter>({
    number("access_map_defer_code", "450"),
    number("access_map_reject_code", "554"),
    boolean("allow_srv_lookup_fallback", "no"),
    boolean("broken_sasl_auth_clients", "no"),
    text("cyrus_sasl_config_path"),
    late_text("default_rbl_reply",
        "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using "
        "$rbl_domain${rbl_reason?; $rbl_reason}"),
    boolean("disable_dns_lookups", "no"),
    boolean("disable_vrfy_command", "no"),
    boolean("ignore_mx_lookup_error", "no"),
    boolean("ignore_srv_lookup_error", "no"),
    number("invalid_hostname_reject_code", "501"),
    text("maps_rbl_domains"),
    number("maps_rbl_reject_code", "554"),
    number("multi_recipient_bounce_reject_code", "550"),
    number("non_fqdn_reject_code", "504"),
    number("plaintext_reject_code", "450"),
    text("qmqpd_authorized_clients"),
    boolean("qmqpd_client_port_logging", "no"),
    time("qmqpd_error_delay", "1s"),
    time("qmqpd_timeout", "300s").at_least(1),
    text("rbl_reply_maps"),
    number("reject_code", "554"),
    text("reject_tempfail_action", "defer_if_permit").not_empty(),
    boolean("show_user_unknown_table_name", "yes"),
    number("unknown_address_reject_code", "450"),
    text("unknown_address_tempfail_action", "$reject_tempfail_action").not_empty(),
    number("unknown_client_reject_code", "450"),
    text("unknown_helo_hostname_tempfail_action", "$reject_tempfail_action").not_empty(),
    number("unknown_hostname_reject_code", "450"),
    number("unknown_local_recipient_reject_code", "550"),
    number("unknown_relay_recipient_reject_code", "550"),
    number("unknown_virtual_alias_reject_code", "550"),
    number("unknown_virtual_mailbox_reject_code", "550"),
    number("unverified_recipient_defer_code", "450").at_least(200).at_most(499),
    number("unverified_recipient_reject_code", "450").at_least(200).at_most(599),
    text("unverified_recipient_reject_reason"),
    text("unverified_recipient_tempfail_action", "$reject_tempfail_action").not_empty(),
    number("unverified_sender_defer_code", "450").at_least(200).at_most(499),
    number("unverified_sender_reject_code", "450").at_least(200).at_most(599),
    text("unverified_sender_reject_reason"),
    text("unverified_sender_tempfail_action", "$reject_tempfail_action").not_empty(),
    text("use_srv_lookup"),
});

}  // namespace postern::config
