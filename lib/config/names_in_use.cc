// The search for names that nothing reads.
#include "lib/config/names_in_use.h"

#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace postern::config {

namespace {

constexpr std::array<std::string_view, 6> client_tables{"ldap",   "memcache", "mongodb",
                                                        "mysql",  "pgsql",    "sqlite"};
constexpr std::array<std::string_view, 5> delivery_agents{"lmtp", "local", "pipe", "smtp",
                                                          "virtual"};

template <class Range>
bool contains(const Range& range, std::string_view word) {
    return std::find(range.begin(), range.end(), word) != range.end();
}

bool has_family(const MasterEntry& service, const Family& family) {
    if (family.suffix == "time_limit")
        return service.command == "pipe" || service.command == "spawn";
    return contains(delivery_agents, service.command);
}

}  // namespace

std::vector<Override> service_parameters(const std::vector<MasterEntry>& services) {
    std::vector<Override> found;
    for (const auto& service : services)
        for (const auto& family : families()) {
            auto name = fmt::format("{}_{}", service.name, family.suffix);
            if (has_family(service, family) && !find_parameter(name))
                found.push_back({std::move(name), fmt::format("${}", family.fallback)});
        }
    return found;
}

NamesInUse::NamesInUse(const std::vector<Setting>& main_cf,
                       const std::vector<MasterEntry>& services)
    : main_cf_(main_cf), services_(services) {
    for (const auto& own : service_parameters(services))
        referred_.insert(own.name);
    for (const auto& setting : main_cf)
        if (is_expanded(setting.name)) read_value(setting.name, setting.value);
    for (const auto& service : services)
        for (const auto& override : service.overrides) {
            const auto* row = find_parameter(override.name);
            const bool is_late = row && row->type == Type::late_text;
            undefined_here_ = is_late ? nullptr : &undefined_in_overrides_;
            read_value(override.name, override.value);
        }
}

/// Of the catalogue or a service's own, and expanded with names of main.cf.
bool NamesInUse::is_expanded(std::string_view name) const {
    const auto* row = find_parameter(name);
    return row ? row->type != Type::late_text : referred_.contains(name);
}

void NamesInUse::read_value(std::string_view parameter, std::string_view value) {
    for_each_name(value, [this](std::string_view name) { refer_to(name); });
    if (parameter == "smtpd_restriction_classes")
        for (const auto name : split(value))
            refer_to(name);
    for (const auto item : split(value, ", \t\r\n{}"))
        expect_table(item);
}

void NamesInUse::refer_to(std::string_view name) {
    if (find_parameter(name) || !referred_.emplace(name).second) return;
    if (const auto* setting = find(name)) read_value(name, setting->value);
    else if (undefined_here_ && !is_defined(name))
        undefined_here_->emplace_back(name);
}

/// "proxy:ldap:NAME" makes NAME_anything a parameter; a NAME that is a path is a file.
void NamesInUse::expect_table(std::string_view table) {
    if (table.starts_with("proxy:")) table.remove_prefix(6);
    const auto parts = cut(table, ':');
    if (!parts || !contains(client_tables, parts->first) || parts->second.empty()) return;
    if (parts->second.front() != '/' && parts->second.front() != '.')
        table_names_.emplace(parts->second);
}

const Setting* NamesInUse::find(std::string_view name) const {
    const auto found = std::find_if(main_cf_.begin(), main_cf_.end(),
                                    [&](const Setting& s) { return s.name == name; });
    return found == main_cf_.end() ? nullptr : &*found;
}

bool NamesInUse::is_defined(std::string_view name) const {
    return std::any_of(services_.begin(), services_.end(), [&](const MasterEntry& service) {
        return std::any_of(service.overrides.begin(), service.overrides.end(),
                           [&](const Override& o) { return o.name == name; });
    });
}

bool NamesInUse::is_used(std::string_view name) const {
    return find_parameter(name) || referred_.contains(name) ||
           std::any_of(table_names_.begin(), table_names_.end(), [&](const std::string& table) {
               return name.size() > table.size() + 1 && name.starts_with(table) &&
                      name[table.size()] == '_';
           });
}

bool NamesInUse::is_user_defined(std::string_view name) const {
    const auto own = service_parameters(services_);
    const bool is_of_service = std::any_of(own.begin(), own.end(),
                                           [&](const Override& o) { return o.name == name; });
    return is_used(name) && !find_parameter(name) && !is_of_service;
}

std::vector<Setting> NamesInUse::unused() const {
    std::vector<Setting> found;
    std::copy_if(main_cf_.begin(), main_cf_.end(), std::back_inserter(found),
                 [this](const Setting& setting) { return !is_used(setting.name); });
    return found;
}

std::vector<NamesInUse::UnusedOverride> NamesInUse::unused_overrides() const {
    std::vector<UnusedOverride> found;
    for (const auto& service : services_)
        for (const auto& override : service.overrides)
            if (!is_used(override.name)) found.push_back({&service, &override});
    return found;
}

}  // namespace postern::config
