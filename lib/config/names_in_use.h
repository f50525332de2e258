// Which names of main.cf and master.cf mean something: to the catalogue, to a service, or because
// a value that counts refers to them. What nobody reads is probably misspelt.
#pragma once

#include "lib/config/main_cf.h"
#include "lib/config/master_cf.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace postern::config {

class NamesInUse {
public:
    NamesInUse(const std::vector<Setting>& main_cf, const std::vector<MasterEntry>& services);
    NamesInUse(const NamesInUse&) = delete;
    NamesInUse& operator=(const NamesInUse&) = delete;

    /// Of the catalogue, a service's own ("relay_destination_recipient_limit"), or the user's and
    /// referred to by a value, a list of restriction classes, or a table ("ldap:NAME").
    bool is_used(std::string_view name) const;
    /// Only one of the user's own.
    bool is_user_defined(std::string_view name) const;

    /// The definitions of main.cf that nothing reads, in their order.
    std::vector<Setting> unused() const;
    /// Names that values of main.cf refer to and that nobody defines.
    const std::vector<std::string>& undefined() const noexcept { return undefined_; }
    /// The same of master.cf's -o.
    const std::vector<std::string>& undefined_in_overrides() const noexcept {
        return undefined_in_overrides_;
    }

    struct UnusedOverride {
        const MasterEntry* service;
        const Override* override;
    };
    std::vector<UnusedOverride> unused_overrides() const;

private:
    bool is_expanded(std::string_view name) const;
    void read_value(std::string_view parameter, std::string_view value);
    void refer_to(std::string_view name);
    void expect_table(std::string_view table);
    const Setting* find(std::string_view name) const;
    bool is_defined(std::string_view name) const;

    const std::vector<Setting>& main_cf_;
    const std::vector<MasterEntry>& services_;
    std::set<std::string, std::less<>> referred_;
    std::set<std::string, std::less<>> table_names_;   ///< NAME of "ldap:NAME"
    std::vector<std::string> undefined_, undefined_in_overrides_;
    /// Where what the value that is being read refers to is remembered; null: its $names get their
    /// values later, from a message or a table.
    std::vector<std::string>* undefined_here_ = &undefined_;
};

/// The parameters that delivery agents and commands of master.cf may have for themselves:
/// {name, default} for each service that the queue manager or a command limit knows.
std::vector<Override> service_parameters(const std::vector<MasterEntry>& services);

}  // namespace postern::config
