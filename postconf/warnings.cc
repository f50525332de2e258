// The texts of the warnings.
#include "postconf/warnings.h"

#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/deprecated.h"

#include <fmt/format.h>

namespace postern::postconf {

namespace {

bool is_in_file(const config::Setting& setting) { return setting.where.line != 0; }

bool holds_comment(std::string_view value) {
    return value.starts_with('#') || value.find(" #") != std::string_view::npos ||
           value.find("\t#") != std::string_view::npos;
}

std::string unused(std::string_view file, std::string_view name, std::string_view value) {
    const auto near = config::nearest_name(name);
    const auto text = fmt::format("{}: unused parameter: {}={}", file, name, printable(value));
    return near.empty() ? text : fmt::format("{} (is {} meant?)", text, near);
}

void warn_if_deprecated(std::string_view file, std::string_view name, Warn warn) {
    if (const auto text = config::deprecation(name); !text.empty())
        warn(fmt::format("{}: {}", file, text));
}

}  // namespace

void warn_of_files(const Sources& sources, const config::NamesInUse& names, Warn warn) {
    for (const auto& text : sources.config.warnings())
        warn(text);
    for (const auto& text : sources.warnings)
        warn(text);
    for (const auto& name : names.undefined())
        warn(fmt::format("{}: undefined parameter: {}", sources.main_cf, name));
    for (const auto& name : names.undefined_in_overrides())
        warn(fmt::format("{}: undefined parameter: {}", sources.master_cf, name));
}

void warn_of_parameters(const Sources& sources, const config::NamesInUse& names, Warn warn) {
    for (const auto& setting : names.unused())
        warn(unused(sources.main_cf, setting.name, setting.value));
    for (const auto& setting : sources.config.settings()) {
        if (!is_in_file(setting)) continue;
        warn_if_deprecated(sources.main_cf, setting.name, warn);
        if (holds_comment(setting.value))
            warn(fmt::format("{}: #comment is part of the value of parameter {}",
                             setting.where.text(), setting.name));
    }
}

void warn_of_overrides(const Sources& sources, const config::NamesInUse& names, Warn warn) {
    for (const auto& [service, override] : names.unused_overrides())
        warn(unused(sources.master_cf, override->name, override->value));
    for (const auto& service : sources.services)
        for (const auto& override : service.overrides)
            warn_if_deprecated(sources.master_cf, override.name, warn);
}

}  // namespace postern::postconf
