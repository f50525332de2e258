// Restriction lists; see the header.
#include "smtpd/rules/rulebook.h"

#include "lib/base/strings.h"

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
    const auto fill = [this](RuleList& rules, std::string_view list) {
        const std::string parameter = fmt::format("smtpd_{}_restrictions", list);
        rules = read(config_.text(parameter), list);
        warn_of_problems(parameter, rules);
    };
    fill(client, "client");
    fill(helo, "helo");
    fill(sender, "sender");
    fill(relay, "relay");
    fill(recipient, "recipient");
    fill(data, "data");
    fill(end_of_data, "end_of_data");
    fill(etrn, "etrn");
}

void Rulebook::warn_of_problems(std::string_view parameter, const RuleList& rules) const {
    for (const Rule& rule : rules)
        if (!rule.problem.empty()) log_.warning("{}: {}", parameter, rule.problem);
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
            for (Rule& rule : read(without_braces(words[i]), list)) rules.push_back(std::move(rule));
            continue;
        }
        Rule rule = read_one(words[i], list);
        if (rule.restriction && rule.restriction->argument != Restriction::Argument::none &&
            rule.argument.empty()) {
            if (i + 1 < words.size())
                take_argument(rule, without_braces(words[++i]));
            else
                rule.problem = fmt::format("no argument after \"{}\"", rule.name);
        }
        rules.push_back(std::move(rule));
    }
    return rules;
}

Rule Rulebook::read_one(std::string_view word, std::string_view list) const {
    Rule rule;
    rule.name = word;
    // A table alone is looked up as its list would be: "hash:/etc/postfix/access".
    if (table::Registry::is_table_name(word) && !find_restriction(word)) {
        rule.name = fmt::format("check_{}_access", list == "relay" || list == "data" ||
                                                       list == "end_of_data" ? "recipient" : list);
        rule.restriction = find_restriction(rule.name);
        take_argument(rule, word);
        return rule;
    }
    const auto assignment = cut(word, '=');   // reject_rbl_client zone=reply keeps its name apart
    rule.restriction = find_restriction(assignment ? assignment->first : word);
    if (rule.restriction) return rule;
    rule.members = find_class(word, list);
    if (!rule.members) rule.problem = fmt::format("unknown smtpd restriction: \"{}\"", printable(word));
    return rule;
}

void Rulebook::take_argument(Rule& rule, std::string_view argument) const {
    rule.argument = argument;
    if (rule.restriction->argument != Restriction::Argument::table) return;
    if (!table::Registry::is_table_name(argument)) {
        rule.problem = fmt::format("{}: \"{}\" is no lookup table (type:name)", rule.name, argument);
        return;
    }
    rule.tables = table::Maps({tables_.open_or_unavailable(argument)});
}

const RuleList* Rulebook::find_class(std::string_view name, std::string_view list) const {
    const auto classes = config_.list("smtpd_restriction_classes");
    if (std::find(classes.begin(), classes.end(), name) == classes.end()) return nullptr;
    const std::string key = fmt::format("{} class {}", list, name);
    if (const auto known = read_.find(key); known != read_.end()) return &known->second;
    RuleList& rules = read_[key];   // there before it is filled: a class may name itself
    rules = read(config_.lookup(name).value_or(""), list);
    warn_of_problems(name, rules);
    return &rules;
}

}  // namespace postern::smtpd
