// The restrictions: each is one function, as the table in restriction_names.cc calls it.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd::check {

// generic_restrictions.cc
Answer<Verdict> permit_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_nothing(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_if_permit_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_if_reject_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sleep(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unauth_pipelining(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_multi_recipient_bounce(Evaluation& evaluation, const Rule& rule);

// client_restrictions.cc
Answer<Verdict> permit_inet_interfaces(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_mynetworks(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_client_hostname(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_reverse_client_hostname(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_forward_client_hostname(Evaluation& evaluation, const Rule& rule);

// login_restrictions.cc
Answer<Verdict> permit_sasl_authenticated(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sasl_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_sender_login_mismatch(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_authenticated_sender_login_mismatch(Evaluation& evaluation,
                                                           const Rule& rule);
Answer<Verdict> reject_unauthenticated_sender_login_mismatch(Evaluation& evaluation,
                                                             const Rule& rule);
Answer<Verdict> reject_known_sender_login_mismatch(Evaluation& evaluation, const Rule& rule);

// certificate_restrictions.cc
Answer<Verdict> permit_tls_clientcerts(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_tls_all_clientcerts(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> ccert_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_plaintext_session(Evaluation& evaluation, const Rule& rule);

// helo_restrictions.cc
Answer<Verdict> reject_invalid_helo_hostname(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_non_fqdn_helo_hostname(Evaluation& evaluation, const Rule& rule);

// address_restrictions.cc
Answer<Verdict> reject_non_fqdn_sender(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unlisted_sender(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_auth_destination(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unauth_destination(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_unauth_destination(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_non_fqdn_recipient(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unlisted_recipient(Evaluation& evaluation, const Rule& rule);

// domain_restrictions.cc
Answer<Verdict> reject_unknown_sender_domain(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_recipient_domain(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_helo_hostname(Evaluation& evaluation, const Rule& rule);

// mx_backup.cc
Answer<Verdict> permit_mx_backup(Evaluation& evaluation, const Rule& rule);

// verification.cc
Answer<Verdict> reject_unverified_sender(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unverified_recipient(Evaluation& evaluation, const Rule& rule);

// list_restrictions.cc
Answer<Verdict> reject_rbl_client(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_rhsbl_client(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_rhsbl_reverse_client(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_rhsbl_helo(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_rhsbl_sender(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_rhsbl_recipient(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_dnswl_client(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_rhswl_client(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_maps_rbl(Evaluation& evaluation, const Rule& rule);

// policy_restrictions.cc
Answer<Verdict> policy_service(Evaluation& evaluation, const Rule& rule);

// access_restrictions.cc
Answer<Verdict> client_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reverse_client_hostname_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> helo_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sender_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> recipient_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> etrn_access(Evaluation& evaluation, const Rule& rule);

// host_access.cc
Answer<Verdict> client_mx_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> client_ns_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> client_a_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reverse_client_mx_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reverse_client_ns_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reverse_client_a_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> helo_mx_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> helo_ns_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> helo_a_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sender_mx_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sender_ns_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sender_a_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> recipient_mx_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> recipient_ns_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> recipient_a_access(Evaluation& evaluation, const Rule& rule);

}  // namespace postern::smtpd::check
