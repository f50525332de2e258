// Milter lists; see the header.
#include "lib/milter/settings.h"

#include "lib/base/strings.h"
#include "lib/config/value_syntax.h"
#include "lib/table/braces.h"

#include <fmt/format.h>

namespace postern::milter {

namespace {

constexpr struct {
    std::string_view name;
    DefaultAction action;
} actions[] = {
    {"accept", DefaultAction::accept},         {"reject", DefaultAction::reject},
    {"tempfail", DefaultAction::tempfail},     {"quarantine", DefaultAction::quarantine},
    {"shutdown", DefaultAction::shutdown},
};

bool take_action(std::string_view value, MilterSettings& settings) {
    for (const auto& known : actions)
        if (known.name == value) {
            settings.default_action = known.action;
            return true;
        }
    return false;
}

/// "6", with words after it that older versions had.
bool take_protocol(std::string_view value, MilterSettings& settings) {
    const auto words = split(value);
    const auto version = words.empty() ? std::nullopt : parse_number(words[0]);
    if (!version || (*version != 2 && *version != 3 && *version != 4 && *version != 6)) return false;
    settings.protocol = static_cast<int>(*version);
    return true;
}

template <seconds MilterSettings::* member>
bool take_time(std::string_view value, MilterSettings& settings) {
    const auto time = config::parse_time(value);
    if (time) settings.*member = *time;
    return time.has_value();
}

constexpr struct {
    std::string_view name;
    bool (*take)(std::string_view value, MilterSettings& settings);
} own_settings[] = {
    {"default_action", take_action},
    {"protocol", take_protocol},
    {"connect_timeout", take_time<&MilterSettings::connect_timeout>},
    {"command_timeout", take_time<&MilterSettings::command_timeout>},
    {"content_timeout", take_time<&MilterSettings::content_timeout>},
};

/// "name=value" or "{ name = value }".
Result<void> take_setting(const std::string& piece, MilterSettings& settings) {
    std::string text = piece;
    if (piece.starts_with('{')) {
        auto inside = table::inside_braces(piece);
        if (!inside) return inside.error();
        text = std::move(*inside);
    }
    const auto pair = cut(text, '=');
    if (!pair) return permanent(fmt::format("\"{}\": name=value expected", text));
    for (const auto& known : own_settings) {
        if (known.name != trim(pair->first)) continue;
        if (known.take(trim(pair->second), settings)) return success();
        return permanent(fmt::format("bad value in \"{}\"", text));
    }
    return permanent(fmt::format("unknown milter setting \"{}\"", trim(pair->first)));
}

Result<void> take_endpoint(std::string_view text, MilterSettings& settings) {
    settings.name = text;
    // The name that Sendmail has for it.
    const bool is_local = text.starts_with("local:");
    auto endpoint = table::Endpoint::parse(is_local ? "unix:" + std::string(text.substr(6)) : std::string(text));
    if (!endpoint) return endpoint.error();
    settings.endpoint = std::move(*endpoint);
    return success();
}

Result<MilterSettings> parse_milter(std::string_view text, const MilterSettings& defaults) {
    MilterSettings settings = defaults;
    std::vector<std::string> pieces{std::string(text)};
    if (text.starts_with('{')) {
        auto inside = table::braced_list(text);
        if (!inside) return inside.error();
        pieces = std::move(*inside);
        if (pieces.empty()) return permanent(fmt::format("no milter in \"{}\"", text));
    }
    if (auto taken = take_endpoint(pieces[0], settings); !taken) return taken.error();
    for (std::size_t i = 1; i < pieces.size(); ++i)
        if (auto taken = take_setting(pieces[i], settings); !taken) return taken.error();
    return settings;
}

}  // namespace

MilterSettings milter_defaults(const config::Config& config) {
    MilterSettings settings;
    std::ignore = take_action(config.text("milter_default_action"), settings);   // else shutdown
    std::ignore = take_protocol(config.text("milter_protocol"), settings);       // else 6
    settings.connect_timeout = config.time("milter_connect_timeout");
    settings.command_timeout = config.time("milter_command_timeout");
    settings.content_timeout = config.time("milter_content_timeout");
    return settings;
}

Result<std::vector<MilterSettings>> parse_milters(std::string_view text, const MilterSettings& defaults) {
    std::vector<MilterSettings> milters;
    for (const std::string_view piece : split_braced(text)) {
        auto milter = parse_milter(piece, defaults);
        if (!milter) return milter.error();
        milters.push_back(std::move(*milter));
    }
    return milters;
}

}  // namespace postern::milter
