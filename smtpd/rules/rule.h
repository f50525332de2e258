// A restriction as it stands in a list of main.cf: its function and what it is about.
#pragma once

#include "lib/event/task.h"
#include "lib/table/table.h"
#include "smtpd/rules/verdict.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtpd {

class Evaluation;
struct Rule;
using RuleList = std::vector<Rule>;

/// One name of the table of names; a restriction is one function.
struct Restriction {
    enum class Argument { none, table, word };
    std::string_view name;
    Argument argument;
    Answer<Verdict> (*check)(Evaluation& evaluation, const Rule& rule);
};

/// Every restriction that has a name; see restriction_names.cc.
std::span<const Restriction> restrictions();
const Restriction* find_restriction(std::string_view name);

struct Rule {
    const Restriction* restriction = nullptr;   ///< null: a class, or what cannot be used
    std::string name;       ///< as main.cf has it
    std::string argument;   ///< a domain, a number, a service, the name of a table
    table::Maps tables;     ///< of Argument::table
    const RuleList* members = nullptr;   ///< of a restriction class
    std::string problem;    ///< why it cannot be evaluated: "unknown smtpd restriction: ..."
};

}  // namespace postern::smtpd
