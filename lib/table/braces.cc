// Braces in table names.
#include "lib/table/braces.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

/// Behind the brace that closes the one at the start; npos when there is none.
std::size_t end_of_braces(std::string_view text) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && --depth == 0) return at + 1;
    }
    return std::string_view::npos;
}

}  // namespace

Result<std::string> inside_braces(std::string_view text) {
    if (!text.starts_with('{'))
        return permanent(fmt::format("no '{{' at start of text in \"{}\"", text));
    const auto end = end_of_braces(text);
    if (end == std::string_view::npos)
        return permanent(fmt::format("missing '}}' in \"{}\"", text));
    if (end != text.size())
        return permanent(fmt::format("syntax error after '}}' in \"{}\"", text));
    return std::string(trim(text.substr(1, end - 2)));
}

Result<std::vector<std::string>> braced_list(std::string_view text) {
    auto inside = inside_braces(text);
    if (!inside) return inside.error();
    std::vector<std::string> pieces;
    for (auto piece : split_braced(*inside)) pieces.emplace_back(piece);
    return pieces;
}

Result<std::string> rules_as_text(std::string_view text) {
    auto rules = braced_list(text);
    if (!rules) return rules.error();
    std::string lines;
    for (const auto& rule : *rules) {
        auto line = inside_braces(rule);
        if (!line) return line.error();
        lines += *line + '\n';
    }
    return lines;
}

}  // namespace postern::table
