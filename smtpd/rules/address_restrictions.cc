// Restrictions on senders and recipients.
#include "lib/mail/address.h"
#include "smtpd/address_book.h"
#include "smtpd/rules/destination.h"
#include "smtpd/rules/functions.h"
#include "smtpd/rules/unlisted.h"

#include <fmt/format.h>

namespace postern::smtpd {

using service::AddressClass;

Task<Result<bool>> is_authorized_destination(Evaluation& evaluation) {
    const std::string& recipient = *evaluation.recipient();
    auto route = co_await evaluation.house().addresses.route(evaluation.session(), recipient);
    if (!route) co_return route.error();
    // Who routes by itself could use us for what relay control would not let through.
    if (route->is_routed && !evaluation.settings().allow_untrusted_routing) co_return false;
    co_return route->address_class != AddressClass::remote;
}

}  // namespace postern::smtpd

namespace postern::smtpd::check {

namespace {

bool is_fully_qualified(const std::string& address) {
    const auto parts = mail::split_address(address);
    if (!parts.has_domain) return false;
    if (parts.domain.starts_with('[')) return is_plain_domain(parts.domain);
    std::string_view domain = parts.domain;
    if (domain.ends_with('.')) domain.remove_suffix(1);
    return domain.find('.') != std::string_view::npos && is_plain_domain(domain);
}

Verdict need_fully_qualified(Evaluation& evaluation, const std::string& address,
                             std::string_view its_class) {
    if (address.empty() || is_fully_qualified(address)) return dunno();
    return Evaluation::rejected(evaluation.settings().codes.non_fqdn, "5.5.2", address, its_class,
                                "need fully-qualified address");
}

Task<Verdict> check_destination(Evaluation& evaluation, Verdict when_not) {
    if (!evaluation.recipient()) co_return dunno();
    auto authorized = co_await is_authorized_destination(evaluation);
    if (!authorized) co_return evaluation.cannot_tell("relay control", authorized.error());
    co_return *authorized ? dunno() : when_not;
}

Verdict relay_denied(Evaluation& evaluation, int code, std::string_view status) {
    const std::string* recipient = evaluation.recipient();
    return reject(
        reply(code, status, fmt::format("<{}>: Relay access denied", recipient ? *recipient : "")));
}

Task<Verdict> permit_destination(Evaluation& evaluation) {
    auto authorized = co_await is_authorized_destination(evaluation);
    if (!authorized)
        co_return evaluation.cannot_tell("permit_auth_destination", authorized.error());
    co_return *authorized ? permit() : dunno();
}

}  // namespace

Answer<Verdict> reject_non_fqdn_sender(Evaluation& evaluation, const Rule&) {
    if (!evaluation.sender()) return dunno();
    return need_fully_qualified(evaluation, *evaluation.sender(), "Sender address");
}

Answer<Verdict> reject_non_fqdn_recipient(Evaluation& evaluation, const Rule&) {
    if (!evaluation.recipient()) return dunno();
    return need_fully_qualified(evaluation, *evaluation.recipient(), "Recipient address");
}

Answer<Verdict> reject_unlisted_sender(Evaluation& evaluation, const Rule&) {
    if (!evaluation.sender() || evaluation.sender()->empty()) return dunno();
    return check_listed(evaluation, *evaluation.sender(), "Sender address");
}

Answer<Verdict> reject_unlisted_recipient(Evaluation& evaluation, const Rule&) {
    if (!evaluation.recipient()) return dunno();
    return check_listed(evaluation, *evaluation.recipient(), "Recipient address");
}

Answer<Verdict> permit_auth_destination(Evaluation& evaluation, const Rule&) {
    if (!evaluation.recipient()) return dunno();
    return permit_destination(evaluation);
}

Answer<Verdict> reject_unauth_destination(Evaluation& evaluation, const Rule&) {
    return check_destination(
        evaluation, relay_denied(evaluation, evaluation.settings().codes.relay_domains, "5.7.1"));
}

Answer<Verdict> defer_unauth_destination(Evaluation& evaluation, const Rule&) {
    return check_destination(evaluation, relay_denied(evaluation, 454, "4.7.1"));
}

}  // namespace postern::smtpd::check
