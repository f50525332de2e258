// Listing and editing of parameters.
#include "postconf/main_cf.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/config.h"
#include "lib/config/edit.h"
#include "lib/config/names_in_use.h"
#include "postconf/print.h"
#include "postconf/sources.h"
#include "postconf/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

namespace postern::postconf {

namespace {

/// A parameter that can be shown, and its default where the catalogue has none.
struct Listed {
    std::string_view parameter_class;
    std::optional<std::string> default_text;
};
using Listing = std::map<std::string, Listed, std::less<>>;

Listing list_all(const Sources& sources, const config::NamesInUse& names) {
    Listing all;
    for (const auto& row : config::catalogue())
        if (!row.is_obsolete) all[std::string(row.name)] = {"builtin", std::nullopt};
    for (const auto& own : config::service_parameters(sources.services))
        all[own.name] = {"service", own.value};
    for (const auto& setting : sources.config.settings())
        if (!all.contains(setting.name) && names.is_used(setting.name))
            all[setting.name] = {"user", std::nullopt};
    return all;
}

class Lister {
public:
    Lister(const Options& options, const Sources& sources, const Listing& all)
        : options_(options), sources_(sources), all_(all) {}

    Result<void> show(std::string_view name, const Listed& row) const {
        if (!options_.classes.contains(std::string(row.parameter_class))) return {};
        if (options_.only_set && !is_set(name)) return {};
        auto value = sources_.config.lookup_raw(name).value_or(row.default_text.value_or(""));
        if (options_.expands && !is_expanded_later(name)) {
            auto expanded = sources_.config.expand(value);
            if (!expanded) return expanded.error().in(name);
            value = std::move(*expanded);
        }
        fmt::print("{}", line_of(options_, name, value));
        return {};
    }

    Result<void> show_all() const {
        for (const auto& [name, row] : all_)
            if (auto shown = show(name, row); !shown) return shown;
        return {};
    }

private:
    bool is_set(std::string_view name) const {
        return sources_.config.is_set(name) ||
               (name == "config_directory" && options_.names_directory);
    }
    static bool is_expanded_later(std::string_view name) {
        const auto* row = config::find_parameter(name);
        return row && row->type == config::Type::late_text;
    }

    const Options& options_;
    const Sources& sources_;
    const Listing& all_;
};

Result<void> show_named(const Options& options, const Listing& all, const Lister& lister,
                        Warn warn) {
    for (const auto& name : options.arguments) {
        const auto found = all.find(name);
        if (found == all.end()) {
            const auto near = config::nearest_name(name);
            warn(near.empty() ? name + ": unknown parameter"
                              : fmt::format("{}: unknown parameter; is {} meant?", name, near));
            continue;
        }
        if (auto shown = lister.show(name, found->second); !shown) return shown;
    }
    return {};
}

Result<config::Assignment> parse_assignment(const std::string& argument) {
    if (argument.find('\n') != std::string::npos)
        return permanent("-e, -X, or -# accepts no multi-line input");
    if (trim_left(argument).starts_with('#'))
        return permanent("-e, -X, or -# accepts no comment input");
    auto override = config::parse_override(argument);
    if (!override) return override.error();
    return config::Assignment{std::move(override->name), std::move(override->value)};
}

Result<std::vector<config::Assignment>> assignments_of(const Options& options) {
    std::vector<config::Assignment> assignments;
    for (const auto& argument : options.arguments) {
        if (options.action != Action::edit) {
            assignments.push_back({std::string(trim(argument)), ""});
            continue;
        }
        auto assignment = parse_assignment(argument);
        if (!assignment) return assignment.error();
        assignments.push_back(std::move(*assignment));
    }
    return assignments;
}

std::string edited(Action action, std::string_view text,
                   const std::vector<config::Assignment>& assignments,
                   const std::vector<std::string>& names) {
    if (action == Action::edit) return config::assign(text, assignments);
    if (action == Action::remove) return config::remove(text, names);
    return config::comment_out(text, names);
}

}  // namespace

Result<void> show_parameters(const Options& options, Warn warn) {
    const auto sources = options.only_defaults ? default_sources(options) : read_sources(options);
    if (!sources) return sources.error();
    const config::NamesInUse names(sources->config.settings(), sources->services);
    const bool warns = !options.only_defaults && !options.is_quiet;
    if (warns) warn_of_files(*sources, names, warn);

    const auto all = list_all(*sources, names);
    const Lister lister(options, *sources, all);
    auto shown = options.arguments.empty() ? lister.show_all()
                                           : show_named(options, all, lister, warn);
    std::fflush(stdout);
    if (shown && warns) {
        warn_of_parameters(*sources, names, warn);
        warn_of_overrides(*sources, names, warn);
    }
    return shown;
}

Result<void> edit_parameters(const Options& options, Warn warn) {
    const auto assignments = assignments_of(options);
    if (!assignments) return assignments.error();
    if (assignments->empty())
        return permanent(options.action == Action::edit ? "-e requires name=value argument"
                                                        : "-X or -# requires a parameter name");
    std::vector<std::string> names;
    for (const auto& assignment : *assignments)
        names.push_back(assignment.name);
    const auto path = options.directory + "/main.cf";
    return config::edit_file(path, [&](const std::string& text) -> Result<std::string> {
        for (const auto& name : config::repeated(text, names))
            warn(fmt::format("{}: multiple entries for \"{}\"", path, name));
        return edited(options.action, text, *assignments, names);
    });
}

}  // namespace postern::postconf
