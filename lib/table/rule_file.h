// The text of a pattern table: a file, or rules within the table's name.
#pragma once

#include "lib/table/dictionary.h"
#include "lib/table/source_file.h"

namespace postern::table {

struct RuleFile {
    std::string content;
    uid_t owner = 0;
    std::vector<std::string> watched_files;
};

/// Reads "/file" or "{ { rule }, { rule } }". Errors: "open /file: ...", "cidr map: missing '}' ..."
Result<RuleFile> read_rule_file(std::string_view type, const std::string& name);

/// Warns of a rule: "cidr map NAME, line N: ...".
class RuleWarnings {
public:
    RuleWarnings(std::string_view type, std::string name, LogicalLines::Warn warn)
        : map_(std::string(type) + " map " + std::move(name)), warn_(std::move(warn)) {}
    void operator()(std::size_t line, std::string_view text) const;
    /// ": skipping this rule" behind the text.
    void skip(std::size_t line, std::string_view text) const;

private:
    std::string map_;
    LogicalLines::Warn warn_;
};

/// The same for one line.
class RuleLine {
public:
    /// `warnings` outlives it.
    RuleLine(const RuleWarnings& warnings, std::size_t number)
        : warnings_(warnings), number_(number) {}
    std::size_t number() const noexcept { return number_; }
    void warn(std::string_view text) const { warnings_(number_, text); }
    void skip(std::string_view text) const { warnings_.skip(number_, text); }

private:
    const RuleWarnings& warnings_;
    std::size_t number_;
};

/// The text without the word (`if`, `endif`, in any case) with which it begins, and the blanks
/// behind; nothing when it does not begin with that word.
std::optional<std::string_view> after_word(std::string_view text, std::string_view word);

/// Takes all `!` and blanks away from the start of `text`; whether the rule is negated.
bool take_negation(std::string_view& text);

}  // namespace postern::table
