// Tables of regular expressions.
#include "lib/table/regex_table.h"

#include "lib/base/strings.h"
#include "lib/table/registry.h"
#include "lib/table/rule_file.h"
#include "lib/table/rule_list.h"

#include <fmt/format.h>

namespace postern::table {

namespace {

/// A Regex as RuleList wants it.
struct Pattern {
    std::unique_ptr<Regex> regex;
    Result<std::optional<Captures>> match(std::string_view subject) const {
        return regex->match(subject);
    }
};

using Rules = RuleList<Pattern>;

class RegexDictionary final : public Dictionary {
public:
    RegexDictionary(Rules rules, RuleFile file)
        : rules_(std::move(rules)),
          owner_(file.owner),
          watched_files_(std::move(file.watched_files)) {}

    Answer<Found> find(std::string_view key) override { return rules_.find(key); }
    KeyKind key_kind() const override { return KeyKind::pattern; }
    uid_t owner() const override { return owner_; }
    std::vector<std::string> watched_files() const override { return watched_files_; }

private:
    const Rules rules_;
    const uid_t owner_;
    const std::vector<std::string> watched_files_;
};

/// Reads rules, line by line.
class Reader {
public:
    Reader(const Opening& opening, const RegexDialect& dialect)
        : opening_(opening),
          dialect_(dialect),
          warn_(dialect.type, opening.name,
                [&opening](const std::string& text) { opening.registry.warn(text); }) {}

    Rules read(std::string_view content) {
        LogicalLines lines(content, opening_.name, [this](const std::string& text) {
            opening_.registry.warn(text);
        });
        while (const auto line = lines.next()) {
            line_ = line->number;
            read_rule(line->text);
        }
        while (const auto line = rules_.end_open_if()) warn_(line, "IF has no matching ENDIF");
        return std::move(rules_);
    }

private:
    /// A pattern with its flags, and the text behind.
    struct Match {
        Pattern pattern;
        bool is_negated;
        std::string_view rest;
    };

    void read_rule(std::string_view text) {
        if (const auto rest = after_word(text, "if")) return read_if(*rest);
        if (const auto rest = after_word(text, "endif")) return read_endif(*rest);
        if (is_ascii_alnum(text.front())) return warn_(line_, "ignoring unrecognized request");
        read_result(text);
    }

    void read_if(std::string_view text) {
        auto match = read_match(text);
        if (!match) return;
        if (!match->rest.empty()) {
            warn_(line_, fmt::format("ignoring extra text after IF statement: \"{}\"",
                                     match->rest));
            warn_(line_, "do not prepend whitespace to statements between IF and ENDIF");
        }
        rules_.begin_if(std::move(match->pattern), match->is_negated, line_);
    }

    void read_endif(std::string_view rest) {
        if (!rules_.end_if()) return warn_(line_, "ignoring ENDIF without matching IF");
        if (!rest.empty())
            warn_(line_, fmt::format("ignoring extra text after ENDIF: \"{}\"", rest));
    }

    void read_result(std::string_view text) {
        auto match = read_match(text);
        if (!match) return;
        if (match->rest.empty()) warn_(line_, "no replacement text: using empty string");
        auto result = Replacement::parse(match->rest);
        if (!result) {
            warn_(line_, result.error().text);
            return warn_.skip(line_, "bad replacement syntax");
        }
        if (const auto index = result->highest_index(); index > 0) {
            if (match->is_negated)
                return warn_.skip(line_, "$number found in negative match replacement text");
            if (index > match->pattern.regex->groups())
                return warn_.skip(line_,
                                  fmt::format("out of range replacement index \"{}\"", index));
        }
        rules_.add(std::move(match->pattern), match->is_negated, std::move(*result));
    }

    std::optional<Match> read_match(std::string_view text) {
        const bool is_negated = take_negation(text);
        if (text.empty()) return skip("no regexp");
        const auto end = end_of_pattern(text);
        if (end == text.npos)
            return skip(fmt::format("no closing regexp delimiter \"{}\"", text.front()));
        const std::string pattern(text.substr(1, end - 1));
        text.remove_prefix(end + 1);
        const auto flags = take_flags(text);
        if (!flags) return std::nullopt;
        auto compiled = dialect_.compile(pattern, *flags);
        if (!compiled) {
            warn_(line_, compiled.error().text);
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
    std::optional<unsigned> take_flags(std::string_view& text) {
        unsigned flags = dialect_.default_flags;
        for (; !text.empty() && !is_blank(text.front()); text.remove_prefix(1)) {
            const auto flag = dialect_.flag_of(text.front());
            if (!flag) {
                warn_.skip(line_, fmt::format("unknown regexp option \"{}\"", text.front()));
                return std::nullopt;
            }
            if (*flag == 0)
                warn_(line_, fmt::format("ignoring obsolete regexp option \"{}\"", text.front()));
            flags ^= *flag;
        }
        return flags;
    }

    std::optional<Match> skip(std::string_view why) {
        warn_.skip(line_, why);
        return std::nullopt;
    }

    const Opening& opening_;
    const RegexDialect& dialect_;
    const RuleWarnings warn_;
    Rules rules_;
    std::size_t line_ = 0;
};

}  // namespace

OpenedDictionary open_regex_table(const Opening& opening, const RegexDialect& dialect) {
    auto file = read_rule_file(dialect.type, opening.name);
    if (!file) return file.error();
    auto rules = Reader(opening, dialect).read(file->content);
    return std::make_unique<RegexDictionary>(std::move(rules), std::move(*file));
}

}  // namespace postern::table
