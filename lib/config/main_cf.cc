// Reading of "name = value".
#include "lib/config/main_cf.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::config {

namespace {

/// The name before '=', and the value after it, both without blanks around them.
Result<Override> split_definition(std::string_view text) {
    const auto name_end = std::find_if(text.begin(), text.end(),
                                       [](char c) { return is_blank(c) || c == '='; });
    const std::string_view name(text.begin(), name_end);
    const auto rest = trim_left(text.substr(name.size()));
    if (rest.empty() || rest.front() != '=')
        return permanent(fmt::format("missing '=' after attribute name: \"{}\"", printable(text)));
    if (name.empty()) return permanent(fmt::format("missing attribute name: \"{}\"",
                                                   printable(text)));
    return Override{std::string(name), std::string(trim(rest.substr(1)))};
}

/// Remembers a definition; an earlier one of the same name gives way.
void define(MainCf& file, Setting setting) {
    const auto earlier = std::find_if(file.settings.begin(), file.settings.end(),
                                      [&](const Setting& s) { return s.name == setting.name; });
    if (earlier != file.settings.end()) {
        if (earlier->value != setting.value)
            file.warnings.push_back(fmt::format("{}: overriding earlier entry: {}={}",
                                                setting.where.text(), earlier->name,
                                                printable(earlier->value)));
        file.settings.erase(earlier);
    }
    file.settings.push_back(std::move(setting));
}

}  // namespace

std::string Location::text() const {
    return line == 0 ? file : fmt::format("{}, line {}", file, line);
}

std::string flaw_of(const LogicalLine& line, const std::string& file) {
    if (line.is_stray)
        return fmt::format("{}: logical line must not start with whitespace: \"{}\"", file,
                           printable(line.text));
    if (line.has_nul)
        return fmt::format("{}: what follows a NUL byte is ignored: \"{}\"",
                           Location{file, line.line}.text(), printable(line.text));
    return "";
}

Result<Override> parse_override(std::string_view text) {
    const auto trimmed = trim(text);
    if (trimmed.empty() || trimmed.front() != '{') return split_definition(trimmed);
    if (trimmed.back() != '}')
        return permanent(fmt::format("missing '}}' in \"{}\"", printable(trimmed)));
    return split_definition(trim(trimmed.substr(1, trimmed.size() - 2)));
}

const Setting* MainCf::find(std::string_view name) const {
    const auto found = std::find_if(settings.begin(), settings.end(),
                                    [&](const Setting& s) { return s.name == name; });
    return found == settings.end() ? nullptr : &*found;
}

Result<MainCf> parse_main_cf(std::string_view text, const std::string& file) {
    MainCf result;
    for (const auto& line : logical_lines(text)) {
        if (auto flaw = flaw_of(line, file); !flaw.empty())
            result.warnings.push_back(std::move(flaw));
        if (line.is_stray) continue;
        const Location where{file, line.line};
        auto definition = split_definition(line.text);
        if (!definition) return definition.error().in(where.text());
        define(result, {std::move(definition->name), std::move(definition->value), where});
    }
    return result;
}

Result<MainCf> read_main_cf(const std::string& file) {
    auto text = read_file(file);
    if (!text) return text.error();
    return parse_main_cf(*text, file);
}

}  // namespace postern::config
