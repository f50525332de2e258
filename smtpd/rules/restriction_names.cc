// The table of names of restrictions (SMTPD_ACCESS_README, postconf(5)).
#include "smtpd/rules/functions.h"

#include <algorithm>
#include <array>

namespace postern::smtpd {

namespace {

using enum Restriction::Argument;

constexpr Restriction table_of_names[] = {
    // Any list.
    {"permit", none, check::permit_always},
    {"reject", none, check::reject_always},
    {"defer", none, check::defer_always},
    {"defer_if_permit", none, check::defer_if_permit_always},
    {"defer_if_reject", none, check::defer_if_reject_always},
    {"warn_if_reject", none, nullptr},
    {"sleep", word, check::sleep},
    {"reject_unauth_pipelining", none, check::reject_unauth_pipelining},
    {"reject_multi_recipient_bounce", none, check::reject_multi_recipient_bounce},
    {"reject_plaintext_session", none, check::reject_plaintext_session},
    // The client.
    {"permit_inet_interfaces", none, check::permit_inet_interfaces},
    {"permit_mynetworks", none, check::permit_mynetworks},
    {"permit_sasl_authenticated", none, check::permit_sasl_authenticated},
    {"permit_tls_all_clientcerts", none, check::permit_tls_clientcerts},
    {"permit_tls_clientcerts", none, check::permit_tls_clientcerts},
    {"check_client_access", table, check::client_access},
    {"check_reverse_client_hostname_access", table, check::reverse_client_hostname_access},
    {"reject_unknown_client_hostname", none, check::reject_unknown_client_hostname},
    {"reject_unknown_client", none, check::reject_unknown_client_hostname},
    {"reject_unknown_reverse_client_hostname", none, check::reject_unknown_reverse_client_hostname},
    {"reject_unknown_forward_client_hostname", none, check::reject_unknown_client_hostname},
    // The HELO name.
    {"check_helo_access", table, check::helo_access},
    {"reject_invalid_helo_hostname", none, check::reject_invalid_helo_hostname},
    {"reject_invalid_hostname", none, check::reject_invalid_helo_hostname},
    {"reject_non_fqdn_helo_hostname", none, check::reject_non_fqdn_helo_hostname},
    {"reject_non_fqdn_hostname", none, check::reject_non_fqdn_helo_hostname},
    // The sender.
    {"check_sender_access", table, check::sender_access},
    {"reject_non_fqdn_sender", none, check::reject_non_fqdn_sender},
    {"reject_unlisted_sender", none, check::reject_unlisted_sender},
    // The recipient.
    {"check_recipient_access", table, check::recipient_access},
    {"check_etrn_access", table, check::etrn_access},
    {"permit_auth_destination", none, check::permit_auth_destination},
    {"reject_unauth_destination", none, check::reject_unauth_destination},
    {"defer_unauth_destination", none, check::defer_unauth_destination},
    {"check_relay_domains", none, check::reject_unauth_destination},
    {"reject_non_fqdn_recipient", none, check::reject_non_fqdn_recipient},
    {"reject_unlisted_recipient", none, check::reject_unlisted_recipient},
    {"check_recipient_maps", none, check::reject_unlisted_recipient},
};

}  // namespace

std::span<const Restriction> restrictions() { return table_of_names; }

const Restriction* find_restriction(std::string_view name) {
    const auto found = std::find_if(std::begin(table_of_names), std::end(table_of_names),
                                    [&](const Restriction& known) { return known.name == name; });
    return found == std::end(table_of_names) ? nullptr : found;
}

}  // namespace postern::smtpd
