// Macros; see the header.
#include "lib/milter/macros.h"

#include "lib/base/strings.h"
#include "lib/table/braces.h"

#include <fmt/format.h>

namespace postern::milter {

namespace {

constexpr std::string_view parameters[stage_count] = {
    "milter_connect_macros",     "milter_helo_macros",          "milter_mail_macros",
    "milter_rcpt_macros",        "milter_data_macros",          "milter_end_of_data_macros",
    "milter_end_of_header_macros", "milter_unknown_command_macros",
};

using Defaults = std::map<std::string, std::string, std::less<>>;

Defaults parse_defaults(std::string_view text) {
    Defaults defaults;
    for (const std::string_view piece : split_braced(text)) {
        // "{ name = value }"; while "{name}=value" begins with a brace as well.
        auto inside = table::inside_braces(piece);
        const std::string pair_text = inside && inside->find('=') != inside->npos ? *inside : std::string(piece);
        if (const auto pair = cut(pair_text, '='))
            defaults[macro_name(trim(pair->first))] = trim(pair->second);
    }
    return defaults;
}

}  // namespace

std::string macro_name(std::string_view listed) {
    std::string_view name = listed;
    if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
    return name.size() == 1 ? std::string(name) : fmt::format("{{{}}}", name);
}

MacroLists macro_lists(const config::Config& config) {
    MacroLists lists;
    for (std::size_t i = 0; i < stage_count; ++i) lists[i] = config.list(parameters[i]);
    return lists;
}

MacroSource with_defaults(MacroSource source, const config::Config& config) {
    Defaults defaults = parse_defaults(config.text("milter_macro_defaults"));
    if (defaults.empty()) return source;
    return [source = std::move(source), defaults = std::move(defaults)](
               std::string_view name) -> std::optional<std::string> {
        if (auto value = source(name)) return value;
        const auto found = defaults.find(name);
        return found == defaults.end() ? std::nullopt : std::optional(found->second);
    };
}

}  // namespace postern::milter
