// Restrictions on whether domains exist in the DNS: reject_unknown_sender_domain and its like.
#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"
#include "smtpd/address_book.h"
#include "smtpd/rules/domain_lookup.h"
#include "smtpd/rules/functions.h"

#include <fmt/format.h>

namespace postern::smtpd::check {

using service::AddressClass;

namespace {

/// How an address's domain is refused.
struct Wording {
    std::string_view its_class;
    std::string_view status;  ///< of a domain that is not there, with class 5
    int no_mail_code;
    std::string_view no_mail_status;  ///< RFC 7505 section 4
};

constexpr Wording for_sender{"Sender address", "5.1.8", 550, "5.7.27"};
constexpr Wording for_recipient{"Recipient address", "5.1.2", 556, "5.1.10"};

std::string status_for(int code, std::string_view status) {
    return mail::agreeing(*mail::StatusCode::parse(status), code).text();
}

Verdict unknown_domain(Evaluation& evaluation, const std::string& address, const Wording& wording,
                       std::string_view text) {
    const int code = evaluation.settings().codes.unknown_address;
    return Evaluation::rejected(code, status_for(code, wording.status), address, wording.its_class,
                                text);
}

Verdict judge(Evaluation& evaluation, Reachability found, const std::string& address,
              const Wording& wording) {
    switch (found) {
        case Reachability::yes:
            return dunno();
        case Reachability::no_such_domain:
            return unknown_domain(evaluation, address, wording, "Domain not found");
        case Reachability::malformed:
            return unknown_domain(evaluation, address, wording, "Malformed DNS server reply");
        case Reachability::no_mail:
            return Evaluation::rejected(wording.no_mail_code, wording.no_mail_status, address,
                                        wording.its_class,
                                        fmt::format("Domain {} does not accept mail (nullMX)",
                                                    mail::split_address(address).domain));
        case Reachability::unknown:
            break;
    }
    return evaluation.temporarily(
        evaluation.settings().codes.unknown_address_tempfail_action,
        Evaluation::rejected(450, status_for(450, wording.status), address, wording.its_class,
                             "Domain not found"));
}

Task<Verdict> check_domain(Evaluation& evaluation, std::string address, const Wording& wording) {
    auto route = co_await evaluation.house().addresses.route(evaluation.session(), address);
    if (!route) co_return evaluation.cannot_tell("address resolver", route.error());
    // Mail for our own domains needs no DNS.
    if (route->address_class != AddressClass::remote && route->address_class != AddressClass::relay)
        co_return dunno();
    DomainLookup lookup(evaluation.house().loop, evaluation.house().resolver);
    const auto found =
        co_await lookup.reachability(std::string(mail::split_address(address).domain));
    co_return judge(evaluation, found, address, wording);
}

Answer<Verdict> reject_unknown(Evaluation& evaluation, const std::string* address,
                               const Wording& wording) {
    if (!address) return dunno();
    const auto parts = mail::split_address(*address);
    if (!parts.has_domain || parts.domain.empty() || parts.domain.starts_with('[')) return dunno();
    return check_domain(evaluation, *address, wording);
}

Verdict unknown_helo(Evaluation& evaluation, int code) {
    return Evaluation::rejected(code, status_for(code, "5.7.1"), evaluation.session().helo,
                                "Helo command", "Host not found");
}

Task<Verdict> check_helo_name(Evaluation& evaluation, std::string name) {
    DomainLookup lookup(evaluation.house().loop, evaluation.house().resolver);
    auto found = co_await lookup.has_address(name);
    if (found != Reachability::yes) {
        auto by_mx = co_await lookup.look_up(name, dns::Type::mx);
        if (by_mx && by_mx->outcome == dns::Response::found)
            found = Reachability::yes;
        else if (!by_mx)
            found = Reachability::unknown;
    }
    const RejectCodes& codes = evaluation.settings().codes;
    if (found == Reachability::yes) co_return dunno();
    if (found != Reachability::unknown) co_return unknown_helo(evaluation, codes.unknown_hostname);
    co_return evaluation.temporarily(codes.unknown_helo_hostname_tempfail_action,
                                     unknown_helo(evaluation, 450));
}

}  // namespace

Answer<Verdict> reject_unknown_sender_domain(Evaluation& evaluation, const Rule&) {
    return reject_unknown(evaluation, evaluation.sender(), for_sender);
}

Answer<Verdict> reject_unknown_recipient_domain(Evaluation& evaluation, const Rule&) {
    return reject_unknown(evaluation, evaluation.recipient(), for_recipient);
}

Answer<Verdict> reject_unknown_helo_hostname(Evaluation& evaluation, const Rule&) {
    const std::string& helo = evaluation.session().helo;
    if (helo.empty() || (helo.starts_with('[') && is_plain_domain(helo))) return dunno();
    if (!mail::is_valid_hostname(helo))
        return unknown_helo(evaluation, evaluation.settings().codes.unknown_hostname);
    return check_helo_name(evaluation, helo);
}

}  // namespace postern::smtpd::check
