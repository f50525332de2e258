// The layout of an entry, and its -o options.
#include "postconf/service.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::postconf {

namespace {

constexpr std::array<std::size_t, 7> column_ends{11, 17, 25, 33, 41, 49, 57};

/// What must be in braces to stay one argument.
bool needs_braces(std::string_view argument) {
    return argument.empty() || argument.front() == '{' ||
           std::any_of(argument.begin(), argument.end(), is_blank);
}

std::string quoted(std::string_view argument) {
    return needs_braces(argument) ? fmt::format("{{{}}}", argument) : std::string(argument);
}

std::string override_text(std::string_view argument) {
    const auto override = config::parse_override(argument);
    if (!override) return quoted(argument);
    return quoted(fmt::format("{}={}", override->name, override->value));
}

/// "-voname=value" as three arguments, so that the others see one form only. What follows the
/// leading options belongs to the service, and stays: "argv=sendmail -oi".
std::vector<std::string> separated(const std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    auto at = arguments.begin();
    for (; at != arguments.end() && at->starts_with('-') && *at != "--"; ++at) {
        const auto begin = config::override_begin(*at);
        if (!begin) {
            words.push_back(*at);
            continue;
        }
        if (*begin > 2) words.push_back(at->substr(0, *begin - 1));
        words.emplace_back("-o");
        if (*begin < at->size())
            words.push_back(at->substr(*begin));
        else if (at + 1 != arguments.end())
            words.push_back(*++at);
    }
    words.insert(words.end(), at, arguments.end());
    return words;
}

/// Behind the leading options and their values.
template <class Words>
auto end_of_options(Words& words) {
    auto at = words.begin();
    while (at != words.end() && at->size() > 1 && at->front() == '-' && *at != "--") {
        const bool has_value = *at == "-o";
        ++at;
        if (has_value && at != words.end()) ++at;
    }
    return at;
}

std::string name_of(std::string_view override) {
    const auto parsed = config::parse_override(override);
    return parsed ? parsed->name : "";
}

void refresh_overrides(config::MasterEntry& entry) {
    if (auto found = config::find_overrides(entry.arguments)) entry.overrides = std::move(*found);
}

}  // namespace

std::string label_of(const config::MasterEntry& entry) {
    return fmt::format("{}/{}", entry.name, config::service_type_name(entry.type));
}

Pattern Pattern::parse(std::string_view text) {
    Pattern pattern;
    for (auto* part : {&pattern.service, &pattern.type, &pattern.rest}) {
        const auto end = part == &pattern.rest ? std::string_view::npos : text.find('/');
        *part = text.substr(0, end);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return pattern;
}

bool Pattern::matches(const config::MasterEntry& entry) const {
    return (service == "*" || service == entry.name) &&
           (type == "*" || type == config::service_type_name(entry.type));
}

std::vector<Word> command_words(const config::MasterEntry& entry) {
    std::vector<Word> words{{entry.command}};
    const auto arguments = separated(entry.arguments);
    bool after_override = false;
    const auto options_end = end_of_options(arguments);
    for (auto at = arguments.begin(); at != arguments.end(); ++at) {
        const bool overrides = at < options_end && *at == "-o" && at + 1 != options_end;
        if (overrides) ++at;
        words.push_back({overrides ? "-o " + override_text(*at) : quoted(*at),
                         overrides || after_override});
        after_override = overrides;
    }
    return words;
}

std::string format_entry(const config::MasterEntry& entry, bool folds) {
    std::string start;
    for (std::size_t column = 0; column < column_ends.size(); ++column) {
        start += entry.columns[column] + " ";
        start.resize(std::max(start.size(), column_ends[column]), ' ');
    }
    auto words = command_words(entry);
    start += words.front().text;
    words.erase(words.begin());
    return fill(start, words, folds);
}

std::string field_value(const config::MasterEntry& entry, std::size_t field) {
    if (field < entry.columns.size()) return entry.columns[field];
    auto text = fill("", command_words(entry), false);
    text.pop_back();
    return text;
}

void set_override(config::MasterEntry& entry, const config::Override& override) {
    auto words = separated(entry.arguments);
    const auto text = fmt::format("{}={}", override.name, override.value);
    auto place = words.end();
    const auto options_end = end_of_options(words);
    for (auto at = words.begin(); at != options_end; ++at)
        if (*at == "-o" && at + 1 != options_end && name_of(*(at + 1)) == override.name)
            place = at + 1;
    if (place != words.end()) {
        *place = text;
    } else {
        words.insert(words.insert(options_end, text), "-o");
    }
    entry.arguments = std::move(words);
    refresh_overrides(entry);
}

void remove_override(config::MasterEntry& entry, std::string_view name) {
    auto words = separated(entry.arguments);
    for (auto at = words.begin(); at < end_of_options(words);) {
        const bool is_it = *at == "-o" && at + 1 != words.end() && name_of(*(at + 1)) == name;
        at = is_it ? words.erase(at, at + 2) : at + 1;
    }
    entry.arguments = std::move(words);
    refresh_overrides(entry);
}

}  // namespace postern::postconf
