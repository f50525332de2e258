// Tables of regular expressions.
#include "lib/table/regex_table.h"

#include "lib/base/strings.h"
#include "lib/table/rule_table.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

/// A Regex as RuleList wants it.
struct RegexPattern {
    std::unique_ptr<Regex> regex;
    static std::optional<std::string_view> subject(std::string_view key) { return key; }
    static bool is_about(std::string_view) { return true; }
    Result<std::optional<Captures>> match(std::string_view subject) const {
        return regex->match(subject);
    }
};

class RegexSyntax {
public:
    using Pattern = RegexPattern;
    using Rules = RuleList<Pattern>;

    explicit RegexSyntax(const RegexDialect& dialect) : dialect_(dialect) {}

    void read_if(std::string_view text, const RuleLine& line, Rules& rules) const {
        auto match = read_match(text, line);
        if (!match) return;
        if (!match->rest.empty()) {
            line.warn(fmt::format("ignoring extra text after IF statement: \"{}\"",
                                     match->rest));
            line.warn("do not prepend whitespace to statements between IF and ENDIF");
        }
        rules.begin_if(std::move(match->pattern), match->is_negated, line.number());
    }

    void read_endif(std::string_view rest, const RuleLine& line, Rules& rules) const {
        if (!rules.end_if()) return line.warn("ignoring ENDIF without matching IF");
        if (!rest.empty())
            line.warn(fmt::format("ignoring extra text after ENDIF: \"{}\"", rest));
    }

    void read_rule(std::string_view text, const RuleLine& line, Rules& rules) const {
        if (is_ascii_alnum(text.front())) return line.warn("ignoring unrecognized request");
        auto match = read_match(text, line);
        if (!match) return;
        if (match->rest.empty()) line.warn("no replacement text: using empty string");
        auto result = Replacement::parse(match->rest);
        if (!result) {
            line.warn(result.error().text);
            return line.skip("bad replacement syntax");
        }
        if (const auto index = result->highest_index(); index > 0) {
            if (match->is_negated)
                return line.skip("$number found in negative match replacement text");
            if (index > match->pattern.regex->groups())
                return line.skip(fmt::format("out of range replacement index \"{}\"", index));
        }
        rules.add(std::move(match->pattern), match->is_negated, std::move(*result));
    }

private:
    /// A pattern with its flags, and the text behind.
    struct Match {
        Pattern pattern;
        bool is_negated;
        std::string_view rest;
    };

    std::optional<Match> read_match(std::string_view text, const RuleLine& line) const {
        const bool is_negated = take_negation(text);
        if (text.empty()) return skip(line, "no regexp");
        const auto end = end_of_pattern(text);
        if (end == text.npos)
            return skip(line, fmt::format("no closing regexp delimiter \"{}\"", text.front()));
        const std::string pattern(text.substr(1, end - 1));
        text.remove_prefix(end + 1);
        const auto flags = take_flags(text, line);
        if (!flags) return std::nullopt;
        auto compiled = dialect_.compile(pattern, *flags);
        if (!compiled) {
            line.warn(compiled.error().text);
            return std::nullopt;
        }
        return Match{{std::move(*compiled)}, is_negated, trim_left(text)};
    }

    /// Where the delimiter with which `text` begins comes again, without a backslash before it.
    static std::size_t end_of_pattern(std::string_view text) {
        for (std::size_t at = 1; at < text.size(); ++at) {
            if (text[at] == '\\')
                ++at;
            else if (text[at] == text.front())
                return at;
        }
        return text.npos;
    }

    /// The letters up to a blank, each of which toggles its flag.
    std::optional<unsigned> take_flags(std::string_view& text, const RuleLine& line) const {
        unsigned flags = dialect_.default_flags;
        for (; !text.empty() && !is_blank(text.front()); text.remove_prefix(1)) {
            const auto flag = dialect_.flag_of(text.front());
            if (!flag) {
                line.skip(fmt::format("unknown regexp option \"{}\"", text.front()));
                return std::nullopt;
            }
            if (*flag == 0)
                line.warn(fmt::format("ignoring obsolete regexp option \"{}\"", text.front()));
            flags ^= *flag;
        }
        return flags;
    }

    static std::optional<Match> skip(const RuleLine& line, std::string_view why) {
        line.skip(why);
        return std::nullopt;
    }

    const RegexDialect& dialect_;
};

}  // namespace

OpenedDictionary open_regex_table(const Opening& opening, const RegexDialect& dialect) {
    return open_rule_table(opening, dialect.type, RegexSyntax(dialect));
}

}  // namespace postern::table
