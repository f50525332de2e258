// The result text of a pattern table, in which $1, ${1} and $(1) stand for what was matched.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::table {

/// What a pattern matched: the whole, then each pair of parentheses; empty where it took no part.
using Captures = std::vector<std::string_view>;

class Replacement {
public:
    /// `$$` is a dollar sign. Errors, in Postfix's words: "empty macro name", "truncated macro
    /// reference", "non-numeric replacement index", "out of range replacement index".
    static Result<Replacement> parse(std::string_view text);
    /// Text in which nothing is replaced.
    static Replacement literal(std::string_view text);

    /// The highest number in it; 0 when there is none.
    unsigned highest_index() const noexcept;
    std::string expand(const Captures& captures) const;

private:
    struct Piece {
        std::string text;
        unsigned index = 0;   ///< of the capture that follows the text; 0: none
    };
    std::vector<Piece> pieces_;
};

}  // namespace postern::table
