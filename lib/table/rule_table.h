// Tables of rules, the first that matches decides: cidr:, regexp:, pcre:. What a type adds is its
// Syntax:
//   Syntax::Pattern             what RuleList wants, and
//     subject(key)              what of a key it matches; nothing: no rule matches that key
//   read_if(text, line, rules)      what stands behind "if"
//   read_endif(text, line, rules)   what stands behind "endif"
//   read_rule(text, line, rules)    any other line
#pragma once

#include "lib/table/registry.h"
#include "lib/table/rule_file.h"
#include "lib/table/rule_list.h"

#include <memory>

namespace postern::table {

template <class Pattern>
class RuleDictionary final : public Dictionary {
public:
    RuleDictionary(RuleList<Pattern> rules, RuleFile file)
        : rules_(std::move(rules)),
          owner_(file.owner),
          watched_files_(std::move(file.watched_files)) {}

    Answer<Found> find(std::string_view key) override {
        const auto subject = Pattern::subject(key);
        return subject ? rules_.find(*subject) : Found(std::nullopt);
    }
    KeyKind key_kind() const override { return KeyKind::pattern; }
    uid_t owner() const override { return owner_; }
    std::vector<std::string> watched_files() const override { return watched_files_; }

private:
    const RuleList<Pattern> rules_;
    const uid_t owner_;
    const std::vector<std::string> watched_files_;
};

template <class Syntax>
RuleList<typename Syntax::Pattern> read_rules(const Syntax& syntax, const LogicalLines::Warn& warn,
                                              const RuleFile& file, std::string_view type,
                                              const std::string& name) {
    RuleList<typename Syntax::Pattern> rules;
    const RuleWarnings warnings(type, name, warn);
    LogicalLines lines(file.content, name, warn);
    while (const auto line = lines.next()) {
        const RuleLine place(warnings, line->number);
        if (const auto rest = after_word(line->text, "if"))
            syntax.read_if(*rest, place, rules);
        else if (const auto end = after_word(line->text, "endif"))
            syntax.read_endif(*end, place, rules);
        else
            syntax.read_rule(line->text, place, rules);
    }
    while (const auto line = rules.end_open_if()) warnings(line, "IF has no matching ENDIF");
    return rules;
}

/// Reads the table. Rules that cannot be read are warned of and left out. Errors: those of
/// read_rule_file.
template <class Syntax>
OpenedDictionary open_rule_table(const Opening& opening, std::string_view type,
                                 const Syntax& syntax) {
    auto file = read_rule_file(type, opening.name);
    if (!file) return file.error();
    const auto warn = [&opening](const std::string& text) { opening.registry.warn(text); };
    auto rules = read_rules(syntax, warn, *file, type, opening.name);
    return std::make_unique<RuleDictionary<typename Syntax::Pattern>>(std::move(rules),
                                                                      std::move(*file));
}

}  // namespace postern::table
