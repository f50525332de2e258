// The rules of a pattern table, in the order of the file, with if and endif.
#pragma once

#include "lib/table/replacement.h"
#include "lib/table/table.h"

namespace postern::table {

/// `Pattern::match(subject)` gives Result<std::optional<Captures>>: nothing when it does not match.
/// A rule whose `Pattern::is_about(subject)` is false does not hold, negated or not.
template <class Pattern>
class RuleList {
public:
    void add(Pattern pattern, bool is_negated, Replacement result) {
        rules_.push_back({std::move(pattern), is_negated, std::move(result), no_block});
    }
    void begin_if(Pattern pattern, bool is_negated, std::size_t line) {
        open_ifs_.push_back({rules_.size(), line});
        rules_.push_back({std::move(pattern), is_negated, {}, 0});
    }
    /// False when no if is open.
    bool end_if() {
        if (open_ifs_.empty()) return false;
        rules_[open_ifs_.back().rule].block_end = rules_.size();
        open_ifs_.pop_back();
        return true;
    }
    /// The line of the innermost if without an endif, which then ends where the file ends; 0 when
    /// there is none.
    std::size_t end_open_if() {
        if (open_ifs_.empty()) return 0;
        const auto line = open_ifs_.back().line;
        end_if();
        return line;
    }

    template <class Subject>
    Found find(const Subject& subject) const {
        for (std::size_t at = 0; at < rules_.size();) {
            const Rule& rule = rules_[at];
            auto matched = rule.pattern.match(subject);
            if (!matched) return std::move(matched).error();
            const bool holds = rule.pattern.is_about(subject) &&
                               matched->has_value() != rule.is_negated;
            if (holds && rule.block_end == no_block)
                return std::optional(rule.result.expand(matched->value_or(Captures())));
            at = holds || rule.block_end == no_block ? at + 1 : rule.block_end;
        }
        return std::nullopt;
    }

private:
    static constexpr std::size_t no_block = static_cast<std::size_t>(-1);
    struct Rule {
        Pattern pattern;
        bool is_negated;
        Replacement result;
        std::size_t block_end;   ///< of an if: the rule behind its endif
    };
    struct OpenIf {
        std::size_t rule, line;
    };
    std::vector<Rule> rules_;
    std::vector<OpenIf> open_ifs_;
};

}  // namespace postern::table
