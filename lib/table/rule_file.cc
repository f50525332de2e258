// Reads the text of pattern tables.
#include "lib/table/rule_file.h"

#include "lib/base/strings.h"
#include "lib/table/braces.h"
#include "lib/table/table_file.h"

#include <fmt/format.h>

namespace postern::table {

Result<RuleFile> read_rule_file(std::string_view type, const std::string& name) {
    if (name.starts_with('{')) {
        auto content = rules_as_text(name);
        if (!content) return content.error().in(std::string(type) + " map");
        return RuleFile{.content = std::move(*content), .owner = 0, .watched_files = {}};
    }
    auto file = read_table_file(name, "open ");
    if (!file) return file.error();
    return RuleFile{std::move(file->content), file->owner, {name}};
}

void RuleWarnings::operator()(std::size_t line, std::string_view text) const {
    warn_(fmt::format("{}, line {}: {}", map_, line, text));
}

void RuleWarnings::skip(std::size_t line, std::string_view text) const {
    (*this)(line, fmt::format("{}: skipping this rule", text));
}

std::optional<std::string_view> after_word(std::string_view text, std::string_view word) {
    if (!starts_with_same(text, word)) return std::nullopt;
    const auto rest = text.substr(word.size());
    if (!rest.empty() && is_ascii_alnum(rest.front())) return std::nullopt;
    return trim_left(rest);
}

bool take_negation(std::string_view& text) {
    bool is_negated = false;
    for (; !text.empty() && (text.front() == '!' || is_blank(text.front())); text.remove_prefix(1))
        if (text.front() == '!') is_negated = !is_negated;
    return is_negated;
}

}  // namespace postern::table
