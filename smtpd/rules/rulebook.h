// All restriction lists of main.cf, read once.
#pragma once

#include "lib/base/log.h"
#include "lib/config/config.h"
#include "lib/table/registry.h"
#include "smtpd/rules/policy_service.h"
#include "smtpd/rules/rule.h"

#include <map>
#include <string>
#include <string_view>

namespace postern::smtpd {

class Rulebook {
public:
    /// Warns of what it cannot use; requests that meet it are refused with 451 4.3.5.
    Rulebook(const config::Config& config, table::Registry& tables, const Log& log);
    Rulebook(const Rulebook&) = delete;

    RuleList client, helo, sender, relay, recipient, data, end_of_data, etrn;

    /// Something in the relay or recipient list refuses strangers: without it this were an open
    /// relay.
    bool has_relay_control() const;

    /// A list in an access table, read when it is met, and kept. `list` is the kind of list in
    /// which it stands ("recipient"): a table without a check_ name is check_LIST_access.
    const RuleList& parse(std::string_view text, std::string_view list) const;

private:
    RuleList read(std::string_view text, std::string_view list) const;
    Rule read_one(std::string_view word, std::string_view list) const;
    void take_argument(Rule& rule, std::string_view argument) const;
    void take_table(Rule& rule, std::string_view name) const;
    void take_certificate_table(Rule& rule, std::string_view argument) const;
    void take_list(Rule& rule, std::string_view argument) const;
    void take_policy(Rule& rule, std::string_view argument) const;
    void warn_of_age(std::string_view name) const;
    const RuleList* find_class(std::string_view name, std::string_view list) const;
    void warn_of_problems(std::string_view parameter, const RuleList& rules) const;

    const config::Config& config_;
    table::Registry& tables_;
    const Log log_;
    // What access tables and classes turn out to hold, by list and text; nodes stay where they are.
    mutable std::map<std::string, RuleList, std::less<>> read_;
    mutable std::map<std::string, std::unique_ptr<PolicyService>, std::less<>> policies_;
    mutable std::map<std::string, bool, std::less<>> warned_;
};

}  // namespace postern::smtpd
