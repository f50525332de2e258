// A restriction as it stands in a list of main.cf: its function and what it is about.
#pragma once

#include "lib/event/task.h"
#include "lib/table/table.h"
#include "smtpd/rules/dns_list.h"
#include "smtpd/rules/verdict.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

class Evaluation;
class PolicyService;
struct Rule;
using RuleList = std::vector<Rule>;

/// One name of the table of names; a restriction is one function.
struct Restriction {
    /// What follows the name: a word, a lookup table, the same with a search order, a DNS list
    /// with its filter, a policy service with its settings.
    enum class Argument { none, word, table, certificate_table, dns_list, policy };
    std::string_view name;
    Argument argument;
    Answer<Verdict> (*check)(Evaluation& evaluation, const Rule& rule);
};

/// Every restriction that has a name; see restriction_names.cc.
std::span<const Restriction> restrictions();
const Restriction* find_restriction(std::string_view name);

struct Rule {
    const Restriction* restriction = nullptr;  ///< null: a class, or what cannot be used
    std::string name;                          ///< as main.cf has it
    std::string argument;                   ///< a domain, a number, a service, the name of a table
    table::Maps tables;                     ///< of Argument::table and certificate_table
    std::vector<std::string> search_order;  ///< of certificate_table
    std::optional<DnsList> list;            ///< of Argument::dns_list
    PolicyService* policy = nullptr;        ///< of Argument::policy
    const RuleList* members = nullptr;      ///< of a restriction class
    std::string problem;  ///< why it cannot be evaluated: "unknown smtpd restriction: ..."
};

}  // namespace postern::smtpd
