// The restrictions: each is one function, as the table in restriction_names.cc calls it.
#pragma once

#include "smtpd/rules/evaluation.h"

namespace postern::smtpd::check {

// generic_restrictions.cc
Answer<Verdict> permit_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_if_permit_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> defer_if_reject_always(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sleep(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unauth_pipelining(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_multi_recipient_bounce(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_plaintext_session(Evaluation& evaluation, const Rule& rule);

// client_restrictions.cc
Answer<Verdict> permit_inet_interfaces(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_mynetworks(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_sasl_authenticated(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> permit_tls_clientcerts(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_client_hostname(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reject_unknown_reverse_client_hostname(Evaluation& evaluation, const Rule& rule);

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

// access_restrictions.cc
Answer<Verdict> client_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> reverse_client_hostname_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> helo_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> sender_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> recipient_access(Evaluation& evaluation, const Rule& rule);
Answer<Verdict> etrn_access(Evaluation& evaluation, const Rule& rule);

}  // namespace postern::smtpd::check
