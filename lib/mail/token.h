// The lexical tokens of addresses (RFC 5322 section 3.2, with the operators `!` and `%` of old
// routes), in text and back.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::mail {

enum class TokenKind {
    atom,            ///< a run of bytes that are neither blank nor special
    quoted_string,   ///< its text without the quotes and backslashes
    comment,         ///< its text with the parentheses, nested ones included
    domain_literal,  ///< its text without the brackets
    special,         ///< one of < > @ , ; : . ! % ( ) [ ] " \ that stands alone
};

struct Token {
    TokenKind kind = TokenKind::atom;
    std::string text;

    bool is(char special) const noexcept {
        return kind == TokenKind::special && text.size() == 1 && text[0] == special;
    }
    /// A word may not stand beside another one without a blank between them.
    bool is_word() const noexcept { return kind != TokenKind::special; }
};

/// At most `limit` tokens; the rest of the text is not read. Quotes, comments and literals that do
/// not end, end with the text.
std::vector<Token> tokenize(std::string_view text, std::size_t limit = 10240);

/// One token as it stands in a message: quoted, bracketed.
std::string written(const Token& token);
/// Tokens as they stand in a message: a blank between words, before `<`, after `,`.
std::string written(std::span<const Token> tokens);
/// The text that tokens mean, without quotes: the internal form of a local part or a domain.
std::string meant(std::span<const Token> tokens);

/// `"` and `\` with a backslash before them, all in quotes.
std::string quoted_string(std::string_view text);

}  // namespace postern::mail
