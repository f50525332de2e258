// Restriction lists; see the header.
#include "smtpd/rules/rulebook.h"

#include "lib/base/strings.h"
#include "smtpd/peer_place.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::smtpd {

namespace {

std::string_view without_braces(std::string_view word) {
    if (word.size() < 2 || !word.starts_with('{') || !word.ends_with('}')) return word;
    return trim(word.substr(1, word.size() - 2));
}

}  // namespace

Rulebook::Rulebook(const config::Config& config, table::Registry& tables, const Log& log)
    : config_(config), tables_(tables), log_(log) {
    const auto fill = [this](RuleList& rules, std::string_view list, std::string_view parameter) {
        rules = read(config_.text(parameter), list);
        warn_of_problems(parameter, rules);
    };
    fill(client, "client", "smtpd_client_restrictions");
    fill(helo, "helo", "smtpd_helo_restrictions");
    fill(sender, "sender", "smtpd_sender_restrictions");
    fill(relay, "relay", "smtpd_relay_restrictions");
    fill(recipient, "recipient", "smtpd_recipient_restrictions");
    fill(data, "data", "smtpd_data_restrictions");
    fill(end_of_data, "end_of_data", "smtpd_end_of_data_restrictions");
    fill(etrn, "etrn", "smtpd_etrn_restrictions");
    for (const std::string& name : config_.list("smtpd_restriction_classes"))
        if (config_.lookup(name).value_or("").empty())
            log_.fatal("restriction class `{}' needs a definition", name);
}

namespace {

bool refuses_strangers(const RuleList& rules) {
    constexpr std::string_view refusals[] = {"reject",
                                             "defer",
                                             "defer_if_permit",
                                             "reject_unauth_destination",
                                             "defer_unauth_destination",
                                             "check_relay_domains"};
    return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
        if (rule.members) return refuses_strangers(*rule.members);
        return std::find(std::begin(refusals), std::end(refusals), rule.name) != std::end(refusals);
    });
}

}  // namespace

bool Rulebook::has_relay_control() const {
    return refuses_strangers(relay) || refuses_strangers(recipient);
}

namespace {

bool names_bad_policy_service(const Rule& rule) {
    return rule.restriction && rule.restriction->argument == Restriction::Argument::policy &&
           !rule.argument.empty();
}

/// What is wrong with a restriction whose argument is missing; "": it is passed over.
std::string missing_argument(const Rule& rule) {
    using enum Restriction::Argument;
    switch (rule.restriction->argument) {
        case none:
        case dns_list:
            return "";
        case word:
            return fmt::format("restriction {} must be followed by number", rule.name);
        case policy:
            return fmt::format("restriction {} must be followed by transport:server", rule.name);
        case table:
        case certificate_table:
            break;
    }
    return fmt::format("restriction {}: bad argument \"\": need maptype:mapname", rule.name);
}

}  // namespace

void Rulebook::warn_of_problems(std::string_view parameter, const RuleList& rules) const {
    for (const Rule& rule : rules) {
        if (rule.problem.empty()) continue;
        if (names_bad_policy_service(rule)) log_.fatal("{}: {}", parameter, rule.problem);
        log_.warning("{}: {}", parameter, rule.problem);
    }
}

const RuleList& Rulebook::parse(std::string_view text, std::string_view list) const {
    const std::string key = fmt::format("{} {}", list, text);
    if (const auto known = read_.find(key); known != read_.end()) return known->second;
    RuleList rules = read(text, list);
    return read_.emplace(key, std::move(rules)).first->second;
}

RuleList Rulebook::read(std::string_view text, std::string_view list) const {
    RuleList rules;
    const auto words = split_braced(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "{ check_x table }" is one restriction, whatever blanks it has inside.
        if (words[i].starts_with('{')) {
            for (Rule& rule : read(without_braces(words[i]), list))
                rules.push_back(std::move(rule));
            continue;
        }
        Rule rule = read_one(words[i], list);
        if (rule.restriction && rule.restriction->argument != Restriction::Argument::none &&
            rule.argument.empty()) {
            if (i + 1 < words.size())
                take_argument(rule, without_braces(words[++i]));
            else
                rule.problem = missing_argument(rule);
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

Rule Rulebook::read_one(std::string_view word, std::string_view list) const {
    Rule rule;
    rule.name = word;
    warn_of_age(word);
    // A table alone is looked up as its list would be: "hash:/etc/postfix/access".
    if (table::Registry::is_table_name(word) && !find_restriction(word)) {
        rule.name = fmt::format(
            "check_{}_access",
            list == "relay" || list == "data" || list == "end_of_data" ? "recipient" : list);
        rule.restriction = find_restriction(rule.name);
        take_argument(rule, word);
        return rule;
    }
    rule.restriction = find_restriction(word);
    if (rule.restriction) {
        rule.name = rule.restriction->name;
        return rule;
    }
    rule.members = find_class(word, list);
    if (!rule.members)
        rule.problem = fmt::format("unknown smtpd restriction: \"{}\"", printable(word));
    return rule;
}

void Rulebook::take_argument(Rule& rule, std::string_view argument) const {
    using enum Restriction::Argument;
    rule.argument = argument;
    switch (rule.restriction->argument) {
        case none:
        case word:
            return;
        case table:
            return take_table(rule, argument);
        case certificate_table:
            return take_certificate_table(rule, argument);
        case dns_list:
            return take_list(rule, argument);
        case policy:
            return take_policy(rule, argument);
    }
}

void Rulebook::take_table(Rule& rule, std::string_view name) const {
    // A type that nobody knows has a name, too: its table is one that cannot answer.
    if (name.find(':') == std::string_view::npos) {
        rule.problem = fmt::format("restriction {}: bad argument \"{}\": need maptype:mapname",
                                   rule.name, name);
        return;
    }
    rule.tables = table::Maps({tables_.open_or_unavailable(name)});
}

/// "type:table", or "type:table, { search_order = cert_fingerprint, pubkey_fingerprint }".
void Rulebook::take_certificate_table(Rule& rule, std::string_view argument) const {
    rule.search_order = {"cert_fingerprint", "pubkey_fingerprint"};
    const auto pieces = split_braced(argument);
    take_table(rule, pieces.empty() ? argument : pieces.front());
    if (pieces.size() < 2) return;
    const auto parts = cut(without_braces(pieces[1]), '=');
    if (pieces.size() > 2 || !parts || trim(parts->first) != "search_order") {
        rule.problem = fmt::format("{}: unknown map attribute in '{{ {} }}': '{}'", rule.name,
                                   argument, parts ? trim(parts->first) : pieces[1]);
        return;
    }
    rule.search_order.clear();
    for (const std::string_view which : split(parts->second)) {
        rule.search_order.emplace_back(which);
        if (which != "cert_fingerprint" && which != "pubkey_fingerprint")
            rule.problem = fmt::format("{}: unknown search type '{}' in '{{ {} }}'", rule.name,
                                       which, argument);
    }
}

void Rulebook::take_list(Rule& rule, std::string_view argument) const {
    auto list = DnsList::parse(argument);
    if (list)
        rule.list = std::move(*list);
    else
        rule.problem = fmt::format("{}: {}", rule.name, list.error().text);
}

/// A service that several lists name is one, with its connections.
void Rulebook::take_policy(Rule& rule, std::string_view argument) const {
    if (const auto known = policies_.find(argument); known != policies_.end()) {
        rule.policy = known->second.get();
        return;
    }
    const auto& surroundings = tables_.surroundings();
    PolicySettings settings(config_);
    auto read = settings.read(argument);
    if (!read) {
        rule.problem = read.error().text;
        return;
    }
    auto endpoint = table::Endpoint::parse(peer_place(settings.endpoint));
    if (!endpoint || !surroundings.loop) {
        rule.problem = endpoint ? "no event loop"
                                : fmt::format("need service transport:endpoint instead of \"{}\"",
                                              settings.endpoint);
        return;
    }
    endpoint->text.erase(0, endpoint->text.find(':') + 1);  // as warnings name it
    auto service = std::make_unique<PolicyService>(*surroundings.loop, surroundings.names, log_,
                                                   std::move(settings), std::move(*endpoint));
    rule.policy = policies_.emplace(std::string(argument), std::move(service)).first->second.get();
}

/// What will not be there for ever (DEPRECATION_README).
void Rulebook::warn_of_age(std::string_view name) const {
    constexpr struct {
        std::string_view name, fate, instead;
    } of_old[] = {
        {"permit_mx_backup", "will be removed from Postfix", "\"relay_domains\""},
        {"check_relay_domains", "has been removed in Postfix 3.9\"",
         "\"reject_unauth_destination\""},
        {"reject_maps_rbl", "has been removed in Postfix 3.9\"",
         "\"reject_rbl_client domain-name\""},
        {"permit_naked_ip_address", "has been removed in Postfix 3.9\"",
         "\"permit_mynetworks\" or \"permit_sasl_authenticated\""},
    };
    for (const auto& one : of_old)
        if (one.name == name && !std::exchange(warned_[std::string(name)], true))
            log_.warning("support for restriction \"{}\" {}; instead, specify {}", one.name,
                         one.fate, one.instead);
}

const RuleList* Rulebook::find_class(std::string_view name, std::string_view list) const {
    const auto classes = config_.list("smtpd_restriction_classes");
    if (std::find(classes.begin(), classes.end(), name) == classes.end()) return nullptr;
    const std::string key = fmt::format("{} class {}", list, name);
    if (const auto known = read_.find(key); known != read_.end()) return &known->second;
    RuleList& rules = read_[key];  // there before it is filled: a class may name itself
    rules = read(config_.lookup(name).value_or(""), list);
    warn_of_problems(name, rules);
    return &rules;
}

}  // namespace postern::smtpd
