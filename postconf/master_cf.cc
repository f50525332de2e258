// Listing of services, fields and parameters.
#include "postconf/master_cf.h"

#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/names_in_use.h"
#include "postconf/service.h"
#include "postconf/sources.h"
#include "postconf/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace postern::postconf {

namespace {

/// The configuration as the service's process has it.
Result<config::Config> config_of(const config::MasterEntry& entry, const Options& options) {
    auto overrides = entry.overrides;
    overrides.insert(overrides.end(), options.overrides.begin(), options.overrides.end());
    return config::Config::load_unchecked({.directory = options.directory,
                                           .overrides = std::move(overrides),
                                           .process_name = entry.command,
                                           .service_name = entry.name});
}

/// `entry` with the values of its -o expanded.
Result<config::MasterEntry> expanded(config::MasterEntry entry, const Options& options) {
    const auto config = config_of(entry, options);
    if (!config) return config.error();
    const auto overrides = entry.overrides;
    for (const auto& override : overrides) {
        auto value = config->expand(override.value);
        if (!value) return value.error().in(label_of(entry));
        set_override(entry, {override.name, std::move(*value)});
    }
    return entry;
}

void show_entry(const config::MasterEntry& entry, const Options& options) {
    const auto text = format_entry(entry, options.folds && !options.as_json);
    if (options.as_json)
        fmt::print("{}", json_line(label_of(entry), trim_right(text)));
    else
        fmt::print("{}", text);
}

std::string field_line(const config::MasterEntry& entry, std::size_t field,
                       const Options& options) {
    const auto name = fmt::format("{}/{}", label_of(entry), field_names[field]);
    if (field + 1 < field_names.size() || options.hides_values || options.as_json)
        return line_of(options, name, field_value(entry, field));
    return fill(options.hides_names ? "" : name + " =", command_words(entry), options.folds);
}

void show_fields(const config::MasterEntry& entry, const Pattern& pattern,
                 const Options& options) {
    for (std::size_t field = 0; field < field_names.size(); ++field)
        if (pattern.matches_rest(field_names[field]))
            fmt::print("{}", field_line(entry, field, options));
}

/// -P: what the service sets; -PP: and what it inherits.
Result<bool> show_overrides(const config::MasterEntry& entry, const Pattern& pattern,
                            const Options& options) {
    std::map<std::string, std::string> values;
    if (options.with_inherited) {
        const auto config = config_of(entry, options);
        if (!config) return config.error();
        for (const auto& row : config::catalogue())
            if (!row.is_obsolete)
                values[std::string(row.name)] = options.expands ? config->text(row.name)
                                                                : config->raw(row.name);
    }
    for (const auto& override : entry.overrides)
        values[override.name] = override.value;
    bool any = false;
    for (const auto& [name, value] : values) {
        if (!pattern.matches_rest(name)) continue;
        any = true;
        fmt::print("{}", line_of(options, fmt::format("{}/{}", label_of(entry), name), value));
    }
    return any || pattern.rest == "*";
}

/// Whether the entry had what was asked for.
Result<bool> show_one(const config::MasterEntry& entry, const Pattern& pattern,
                      const Options& options) {
    if (!pattern.matches(entry)) return false;
    auto shown = options.expands ? expanded(entry, options) : Result<config::MasterEntry>(entry);
    if (!shown) return shown.error();
    if (options.subject == Subject::service_parameters)
        return show_overrides(*shown, pattern, options);
    if (options.subject == Subject::services) show_entry(*shown, options);
    else show_fields(*shown, pattern, options);
    return true;
}

Result<void> check_request(const Options& options, const Pattern& pattern) {
    if (options.subject != Subject::service_fields || pattern.rest == "*") return {};
    if (std::find(field_names.begin(), field_names.end(), pattern.rest) != field_names.end())
        return {};
    return permanent(fmt::format("invalid service attribute name: \"{}\"", pattern.rest));
}

Result<void> show_request(const std::string& request, const Sources& sources,
                          const Options& options, Warn warn) {
    const auto pattern = Pattern::parse(request);
    if (auto checked = check_request(options, pattern); !checked) return checked;
    bool any = false;
    for (const auto& entry : sources.services) {
        const auto shown = show_one(entry, pattern, options);
        if (!shown) return shown.error();
        any |= *shown;
    }
    if (!any && request != "*") warn(fmt::format("unmatched request: \"{}\"", request));
    return {};
}

}  // namespace

Result<void> show_services(const Options& options, Warn warn) {
    const auto sources = read_sources(options);
    if (!sources) return sources.error();
    const config::NamesInUse names(sources->config.settings(), sources->services);
    if (!options.is_quiet) warn_of_files(*sources, names, warn);
    const auto requests =
        options.arguments.empty() ? std::vector<std::string>{"*"} : options.arguments;
    for (const auto& request : requests)
        if (auto shown = show_request(request, *sources, options, warn); !shown) return shown;
    std::fflush(stdout);
    if (!options.is_quiet) warn_of_overrides(*sources, names, warn);
    return {};
}

}  // namespace postern::postconf
