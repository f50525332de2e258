// What regexp: and pcre: have in common: everything but the language of the patterns.
#pragma once

#include "lib/table/dictionary.h"
#include "lib/table/replacement.h"

namespace postern::table {

/// A compiled regular expression.
class Regex {
public:
    virtual ~Regex() = default;
    /// Nothing when it does not match. Captures are views into `subject`. Error: the library gave
    /// up, for example because there was too much to try.
    virtual Result<std::optional<Captures>> match(std::string_view subject) const = 0;
    /// How many pairs of parentheses it has.
    virtual std::size_t groups() const = 0;
};

/// One language of patterns.
struct RegexDialect {
    std::string_view type;
    unsigned default_flags;
    /// The flag that a letter behind the pattern toggles; 0: the letter is accepted and ignored;
    /// nothing: unknown.
    std::optional<unsigned> (*flag_of)(char letter);
    /// Error: what is wrong with the pattern.
    Result<std::unique_ptr<Regex>> (*compile)(const std::string& pattern, unsigned flags);
};

/// Reads the table (regexp_table(5), pcre_table(5)). Rules that cannot be read are warned of and
/// left out.
OpenedDictionary open_regex_table(const Opening& opening, const RegexDialect& dialect);

}  // namespace postern::table
