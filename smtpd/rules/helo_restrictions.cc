// Restrictions on the name that the client gives itself.
#include "lib/mail/hostname.h"
#include "smtpd/address_book.h"
#include "smtpd/rules/functions.h"

namespace postern::smtpd::check {

namespace {

Verdict bad_helo(Evaluation& evaluation, int code, std::string_view text) {
    return Evaluation::rejected(code, "5.5.2", evaluation.session().helo, "Helo command", text);
}

}  // namespace

Answer<Verdict> reject_invalid_helo_hostname(Evaluation& evaluation, const Rule&) {
    const std::string& helo = evaluation.session().helo;
    if (helo.empty() || is_plain_domain(helo) || mail::is_valid_ip(helo)) return dunno();
    return bad_helo(evaluation, evaluation.settings().codes.invalid_hostname,
                    helo.starts_with('[') ? "invalid ip address" : "Invalid name");
}

Answer<Verdict> reject_non_fqdn_helo_hostname(Evaluation& evaluation, const Rule&) {
    std::string_view helo = evaluation.session().helo;
    if (helo.empty() || (helo.starts_with('[') && is_plain_domain(helo))) return dunno();
    if (helo.ends_with('.')) helo.remove_suffix(1);
    if (helo.find('.') != std::string_view::npos && is_plain_domain(helo)) return dunno();
    return bad_helo(evaluation, evaluation.settings().codes.non_fqdn,
                    "need fully-qualified hostname");
}

}  // namespace postern::smtpd::check
