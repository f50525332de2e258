// Names of earlier releases: their successors' defaults refer to them, so they still count when
// main.cf sets them, and postconf does not list them.
#pragma once

#include "lib/config/parameter.h"

#include <array>

namespace postern::config {

constexpr Parameter obsolete(std::string_view name, std::string_view default_text = "") {
    auto row = text(name, default_text);
    row.is_obsolete = true;
    return row;
}

inline constexpr auto obsolete_parameters = std::to_array<Parameter>({
    obsolete("authorized_verp_clients"),
    obsolete("fallback_relay"),
    obsolete("lmtp_per_record_deadline"),
    obsolete("postscreen_blacklist_action"),
    obsolete("postscreen_dnsbl_ttl"),
    obsolete("postscreen_dnsbl_whitelist_threshold"),
    obsolete("postscreen_whitelist_interfaces"),
    obsolete("smtp_per_record_deadline"),
    obsolete("smtpd_client_connection_limit_exceptions"),
    obsolete("smtpd_per_record_deadline"),
    obsolete("tlsproxy_client_level"),
    obsolete("tlsproxy_client_policy"),
    obsolete("virtual_maps"),
});

}  // namespace postern::config
