// The lookup tables of the SMTP and LMTP client.
#pragma once

#include "lib/mail/content_checks.h"
#include "lib/mail/domain_list.h"
#include "lib/table/host_list.h"
#include "lib/table/table.h"

namespace postern::smtp {

struct Tables {
    table::Maps generic;                 ///< smtp_generic_maps
    table::Maps reply_filter;            ///< smtp_reply_filter: lines of replies
    table::Maps delivery_status_filter;  ///< smtp_delivery_status_filter
    table::Maps discard_ehlo_keywords;   ///< smtp_discard_ehlo_keyword_address_maps
    table::Maps dns_reply_filter;        ///< smtp_dns_reply_filter
    table::Maps pix_workarounds;         ///< smtp_pix_workaround_maps
    table::Maps sasl_passwords;          ///< smtp_sasl_password_maps
    table::HostList debug_peers = {};    ///< debug_peer_list
    mail::DomainList kept_destinations = {};   ///< smtp_connection_cache_destinations
    mail::ContentChecks checks = {};     ///< smtp_header_checks and its like
};

}  // namespace postern::smtp
