// Restrictions that ask DNS lists: reject_rbl_client, reject_rhsbl_*, permit_dnswl_client ...
#include "lib/base/strings.h"
#include "lib/dns/resolver.h"
#include "lib/mail/address.h"
#include "lib/mail/hostname.h"
#include "smtpd/rules/destination.h"
#include "smtpd/rules/dns_list.h"
#include "smtpd/rules/functions.h"
#include "smtpd/rules/list_reply.h"

namespace postern::smtpd::check {

namespace {

/// What is looked up, and how it is called in the reply.
struct Subject {
    std::string key;  ///< "" where there is nothing to look up
    std::string what;
    std::string_view its_class;
};

Subject client_address(const Evaluation& evaluation) {
    const Client& client = evaluation.session().client;
    const auto address = event::SocketAddress::numeric(client.address, 0);
    if (!address) return {};
    return {dns::reversed_labels(*address), client.address, "Client host"};
}

std::string domain_key(std::string_view domain) {
    if (domain.ends_with('.')) domain.remove_suffix(1);
    if (domain == "unknown" || !mail::is_valid_hostname(domain)) return "";
    return std::string(domain);
}

Subject client_name(const Evaluation& evaluation) {
    const Client& client = evaluation.session().client;
    if (!client.is_named()) return {};
    return {domain_key(client.name), client.name, "Client host"};
}

Subject reverse_client_name(const Evaluation& evaluation) {
    const Client& client = evaluation.session().client;
    return {domain_key(client.reverse_name), client.reverse_name, "Unverified Client host"};
}

Subject helo_name(const Evaluation& evaluation) {
    const std::string& helo = evaluation.session().helo;
    if (mail::is_valid_ip(helo)) return {};
    return {domain_key(helo), helo, "Helo command"};
}

Subject domain_of(const std::string* address, std::string_view its_class) {
    if (!address) return {};
    return {domain_key(mail::split_address(*address).domain), *address, its_class};
}

void warn(Evaluation& evaluation, const Error& error) {
    evaluation.session().reporter.log().warning("{}: RBL lookup error: {}",
                                                evaluation.session().client_text(), error.text);
}

/// A list that cannot tell blocks nobody.
Task<Verdict> reject_listed(Evaluation& evaluation, const Rule& rule, Subject subject) {
    auto listed = co_await evaluation.house().dns_lists.find(*rule.list, subject.key);
    if (!listed) {
        warn(evaluation, listed.error());
        co_return dunno();
    }
    if (!*listed) co_return dunno();
    auto refusal = co_await list_reply(evaluation, *rule.list,
                                       {subject.what, subject.its_class, std::move(**listed)});
    co_return reject(std::move(refusal));
}

Answer<Verdict> reject_if_listed(Evaluation& evaluation, const Rule& rule, Subject subject) {
    if (subject.key.empty()) return dunno();
    return reject_listed(evaluation, rule, std::move(subject));
}

/// An allow list must not open the relay; one that cannot tell might have permitted what is
/// rejected later.
Task<Verdict> permit_listed(Evaluation& evaluation, const Rule& rule, Subject subject) {
    if (evaluation.recipient()) {
        auto ours = co_await is_authorized_destination(evaluation);
        if (!ours || !*ours) co_return dunno();
    }
    auto listed = co_await evaluation.house().dns_lists.find(*rule.list, subject.key);
    if (!listed) {
        warn(evaluation, listed.error());
        co_return evaluation.defer_if_reject(Evaluation::rejected(
            450, "4.7.1", subject.what, subject.its_class, "DNS allow list lookup failure"));
    }
    co_return *listed ? permit() : dunno();
}

Answer<Verdict> permit_if_listed(Evaluation& evaluation, const Rule& rule, Subject subject) {
    if (subject.key.empty()) return dunno();
    return permit_listed(evaluation, rule, std::move(subject));
}

/// maps_rbl_domains, of old.
Task<Verdict> reject_listed_anywhere(Evaluation& evaluation, const Rule& rule) {
    const Subject subject = client_address(evaluation);
    if (subject.key.empty()) co_return dunno();
    for (const std::string& domain : evaluation.settings().maps_rbl_domains) {
        const auto list = DnsList::parse(domain);
        if (!list) co_return evaluation.bad_configuration("maps_rbl_domains: " + list.error().text);
        Rule one = rule;
        one.list = *list;
        auto verdict = co_await reject_listed(evaluation, one, subject);
        if (verdict.is_final()) co_return verdict;
    }
    co_return dunno();
}

}  // namespace

Answer<Verdict> reject_rbl_client(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule, client_address(evaluation));
}
Answer<Verdict> reject_rhsbl_client(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule, client_name(evaluation));
}
Answer<Verdict> reject_rhsbl_reverse_client(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule, reverse_client_name(evaluation));
}
Answer<Verdict> reject_rhsbl_helo(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule, helo_name(evaluation));
}
Answer<Verdict> reject_rhsbl_sender(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule, domain_of(evaluation.sender(), "Sender address"));
}
Answer<Verdict> reject_rhsbl_recipient(Evaluation& evaluation, const Rule& rule) {
    return reject_if_listed(evaluation, rule,
                            domain_of(evaluation.recipient(), "Recipient address"));
}
Answer<Verdict> permit_dnswl_client(Evaluation& evaluation, const Rule& rule) {
    return permit_if_listed(evaluation, rule, client_address(evaluation));
}
Answer<Verdict> permit_rhswl_client(Evaluation& evaluation, const Rule& rule) {
    return permit_if_listed(evaluation, rule, client_name(evaluation));
}
Answer<Verdict> reject_maps_rbl(Evaluation& evaluation, const Rule& rule) {
    return reject_listed_anywhere(evaluation, rule);
}

}  // namespace postern::smtpd::check
