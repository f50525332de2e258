// The lexical tokens of RFC 5322 section 3.2, in text and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::mail {

enum class TokenKind {
    atom,            ///< letters, digits and atext; with bytes above 127
    quoted_string,   ///< text without the quotes and backslashes
    comment,         ///< text with its parentheses, nested ones included
    domain_literal,  ///< text with its brackets
    special,         ///< one of < > @ , ; : . \ and other single characters
};

struct Token {
    TokenKind kind = TokenKind::atom;
    std::string text;
    bool space_before = false;   ///< blanks or a fold stood before it

    bool is(char special) const noexcept {
        return kind == TokenKind::special && text.size() == 1 && text[0] == special;
    }
};

/// At most `limit` tokens; the rest of the text is not read. Unended quotes, comments and literals
/// end with the text.
std::vector<Token> tokenize(std::string_view text, std::size_t limit = 10240);

/// One token as it stands in a message.
std::string written(const Token& token);

}  // namespace postern::mail
