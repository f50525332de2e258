// check_*_access of names and addresses that the session knows itself.
#include "lib/mail/address.h"
#include "smtpd/rules/access_action.h"
#include "smtpd/rules/access_lookup.h"
#include "smtpd/rules/functions.h"

namespace postern::smtpd::check {

namespace {

/// What was looked up, for the reply.
struct About {
    std::string name;
    std::string_view its_class;
    bool must_not_permit = false;  ///< what the client claims must open nothing
};

Task<Verdict> look_up(Evaluation& evaluation, const Rule& rule, std::vector<Keys> lookups,
                      About about) {
    for (Keys& keys : lookups) {
        auto found = co_await find_first(rule.tables, std::move(keys));
        if (!found) co_return evaluation.table_failed(found.error(), about.name, about.its_class);
        if (!*found) continue;
        auto verdict =
            co_await obey_access(evaluation, **found, about.name, about.its_class, rule.argument);
        if (verdict.kind != Verdict::permit) co_return verdict;
        if (about.must_not_permit) co_return evaluation.unsafe_permit(rule, about.name);
        if (!verdict.is_logged)
            co_await evaluation.report_permit(**found, about.its_class, about.name, rule.argument);
        verdict.is_logged = true;
        co_return verdict;
    }
    co_return dunno();
}

bool parents_match(const Evaluation& evaluation) {
    return evaluation.settings().access_maps_match_parents;
}

}  // namespace

Answer<Verdict> client_access(Evaluation& evaluation, const Rule& rule) {
    const Client& client = evaluation.session().client;
    return look_up(
        evaluation, rule,
        {name_keys(client.name, parents_match(evaluation)), address_keys(client.address)},
        {evaluation.session().client_text(), "Client host"});
}

Answer<Verdict> reverse_client_hostname_access(Evaluation& evaluation, const Rule& rule) {
    const Client& client = evaluation.session().client;
    return look_up(
        evaluation, rule,
        {name_keys(client.reverse_name, parents_match(evaluation)), address_keys(client.address)},
        {client.reverse_name, "Unverified Client host", true});
}

Answer<Verdict> helo_access(Evaluation& evaluation, const Rule& rule) {
    const std::string& helo = evaluation.session().helo;
    if (helo.empty()) return dunno();
    return look_up(evaluation, rule, {name_keys(helo, parents_match(evaluation))},
                   {helo, "Helo command"});
}

Answer<Verdict> sender_access(Evaluation& evaluation, const Rule& rule) {
    if (!evaluation.sender()) return dunno();
    return look_up(evaluation, rule, {mailbox_keys(*evaluation.sender(), evaluation.settings())},
                   {*evaluation.sender(), "Sender address"});
}

Answer<Verdict> recipient_access(Evaluation& evaluation, const Rule& rule) {
    if (!evaluation.recipient()) return dunno();
    return look_up(evaluation, rule, {mailbox_keys(*evaluation.recipient(), evaluation.settings())},
                   {*evaluation.recipient(), "Recipient address"});
}

Answer<Verdict> etrn_access(Evaluation& evaluation, const Rule& rule) {
    const std::string* site = evaluation.etrn_site();
    if (!site) return dunno();
    return look_up(evaluation, rule, {name_keys(*site, parents_match(evaluation))},
                   {*site, "Etrn command"});
}

}  // namespace postern::smtpd::check
