// The table of names of restrictions (SMTPD_ACCESS_README, postconf(5)).
#include "lib/base/strings.h"
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
    {"check_policy_service", policy, check::policy_service},
    {"reject_unauth_pipelining", none, check::reject_unauth_pipelining},
    {"reject_multi_recipient_bounce", none, check::reject_multi_recipient_bounce},
    {"reject_plaintext_session", none, check::reject_plaintext_session},
    // The client.
    {"permit_inet_interfaces", none, check::permit_inet_interfaces},
    {"permit_mynetworks", none, check::permit_mynetworks},
    {"permit_sasl_authenticated", none, check::permit_sasl_authenticated},
    {"permit_tls_all_clientcerts", none, check::permit_tls_all_clientcerts},
    {"permit_tls_clientcerts", none, check::permit_tls_clientcerts},
    {"permit_dnswl_client", dns_list, check::permit_dnswl_client},
    {"permit_rhswl_client", dns_list, check::permit_rhswl_client},
    {"check_client_access", table, check::client_access},
    {"check_reverse_client_hostname_access", table, check::reverse_client_hostname_access},
    {"check_ccert_access", certificate_table, check::ccert_access},
    {"check_sasl_access", table, check::sasl_access},
    {"check_client_mx_access", table, check::client_mx_access},
    {"check_client_ns_access", table, check::client_ns_access},
    {"check_client_a_access", table, check::client_a_access},
    {"check_reverse_client_hostname_mx_access", table, check::reverse_client_mx_access},
    {"check_reverse_client_hostname_ns_access", table, check::reverse_client_ns_access},
    {"check_reverse_client_hostname_a_access", table, check::reverse_client_a_access},
    {"reject_unknown_client_hostname", none, check::reject_unknown_client_hostname},
    {"reject_unknown_reverse_client_hostname", none, check::reject_unknown_reverse_client_hostname},
    {"reject_unknown_forward_client_hostname", none, check::reject_unknown_forward_client_hostname},
    {"reject_rbl_client", dns_list, check::reject_rbl_client},
    {"reject_rhsbl_client", dns_list, check::reject_rhsbl_client},
    {"reject_rhsbl_reverse_client", dns_list, check::reject_rhsbl_reverse_client},
    // The HELO name.
    {"check_helo_access", table, check::helo_access},
    {"check_helo_mx_access", table, check::helo_mx_access},
    {"check_helo_ns_access", table, check::helo_ns_access},
    {"check_helo_a_access", table, check::helo_a_access},
    {"reject_invalid_helo_hostname", none, check::reject_invalid_helo_hostname},
    {"reject_non_fqdn_helo_hostname", none, check::reject_non_fqdn_helo_hostname},
    {"reject_unknown_helo_hostname", none, check::reject_unknown_helo_hostname},
    {"reject_rhsbl_helo", dns_list, check::reject_rhsbl_helo},
    // The sender.
    {"check_sender_access", table, check::sender_access},
    {"check_sender_mx_access", table, check::sender_mx_access},
    {"check_sender_ns_access", table, check::sender_ns_access},
    {"check_sender_a_access", table, check::sender_a_access},
    {"reject_non_fqdn_sender", none, check::reject_non_fqdn_sender},
    {"reject_unknown_sender_domain", none, check::reject_unknown_sender_domain},
    {"reject_unlisted_sender", none, check::reject_unlisted_sender},
    {"reject_unverified_sender", none, check::reject_unverified_sender},
    {"reject_sender_login_mismatch", none, check::reject_sender_login_mismatch},
    {"reject_authenticated_sender_login_mismatch", none,
     check::reject_authenticated_sender_login_mismatch},
    {"reject_unauthenticated_sender_login_mismatch", none,
     check::reject_unauthenticated_sender_login_mismatch},
    {"reject_known_sender_login_mismatch", none, check::reject_known_sender_login_mismatch},
    {"reject_rhsbl_sender", dns_list, check::reject_rhsbl_sender},
    // The recipient.
    {"check_recipient_access", table, check::recipient_access},
    {"check_recipient_mx_access", table, check::recipient_mx_access},
    {"check_recipient_ns_access", table, check::recipient_ns_access},
    {"check_recipient_a_access", table, check::recipient_a_access},
    {"permit_auth_destination", none, check::permit_auth_destination},
    {"permit_mx_backup", none, check::permit_mx_backup},
    {"reject_unauth_destination", none, check::reject_unauth_destination},
    {"defer_unauth_destination", none, check::defer_unauth_destination},
    {"reject_non_fqdn_recipient", none, check::reject_non_fqdn_recipient},
    {"reject_unknown_recipient_domain", none, check::reject_unknown_recipient_domain},
    {"reject_unlisted_recipient", none, check::reject_unlisted_recipient},
    {"reject_unverified_recipient", none, check::reject_unverified_recipient},
    {"reject_rhsbl_recipient", dns_list, check::reject_rhsbl_recipient},
    // ETRN.
    {"check_etrn_access", table, check::etrn_access},
    // Names of old.
    {"reject_unknown_client", none, check::reject_unknown_client_hostname},
    {"reject_unknown_hostname", none, check::reject_unknown_helo_hostname},
    {"reject_invalid_hostname", none, check::reject_invalid_helo_hostname},
    {"reject_non_fqdn_hostname", none, check::reject_non_fqdn_helo_hostname},
    {"check_recipient_maps", none, check::reject_unlisted_recipient},
    {"check_relay_domains", none, check::reject_unauth_destination},
    {"permit_naked_ip_address", none, check::permit_nothing},
    {"reject_maps_rbl", none, check::reject_maps_rbl},
};

}  // namespace

std::span<const Restriction> restrictions() {
    return table_of_names;
}

const Restriction* find_restriction(std::string_view name) {
    const auto found =
        std::find_if(std::begin(table_of_names), std::end(table_of_names),
                     [&](const Restriction& known) { return same(known.name, name); });
    return found == std::end(table_of_names) ? nullptr : found;
}

}  // namespace postern::smtpd
