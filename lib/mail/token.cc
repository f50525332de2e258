#include "lib/mail/token.h"

#include "lib/base/strings.h"

namespace postern::mail {

namespace {

constexpr bool is_special(char c) {
    return std::string_view("<>@,;:.!%()[]\"\\").find(c) != std::string_view::npos;
}

// Reads one text, from `at_` on.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) { skip_blanks(); }

    bool ended() const { return at_ >= text_.size(); }

    Token next() {
        Token token = read();
        skip_blanks();
        return token;
    }

private:
    Token read() {
        switch (text_[at_]) {
            case '"':
                return {TokenKind::quoted_string, quoted()};
            case '(':
                return {TokenKind::comment, comment()};
            case '[':
                return {TokenKind::domain_literal, literal()};
            default:
                break;
        }
        if (is_special(text_[at_]) && text_[at_] != '\\')
            return {TokenKind::special, std::string(1, text_[at_++])};
        return {TokenKind::atom, atom()};
    }

    void skip_blanks() {
        while (!ended() && is_blank(text_[at_]))
            ++at_;
    }

    // The byte that a backslash protects, or the byte here.
    char take() {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        return text_[at_++];
    }

    std::string quoted() {
        std::string value;
        for (++at_; !ended() && text_[at_] != '"';) {
            if (text_[at_] == '\\' && at_ + 1 == text_.size()) return ++at_, value;
            value += take();
        }
        if (!ended()) ++at_;
        return value;
    }

    std::string comment() {
        const std::size_t start = at_;
        int depth = 0;
        do {
            const char c = text_[at_++];
            if (c == '\\' && !ended()) ++at_;
            if (c == '(') ++depth;
            if (c == ')') --depth;
        } while (depth > 0 && !ended());
        return std::string(text_.substr(start, at_ - start)) + std::string(depth, ')');
    }

    std::string literal() {
        std::string value;
        for (++at_; !ended() && text_[at_] != ']';)
            value += take();
        if (!ended()) ++at_;
        return value;
    }

    std::string atom() {
        std::string value;
        while (!ended() && !is_blank(text_[at_]) &&
               (!is_special(text_[at_]) || text_[at_] == '\\')) {
            if (text_[at_] == '\\' && at_ + 1 == text_.size()) return ++at_, value;
            value += take();
        }
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

bool needs_blank(const Token& before, const Token& after) {
    if (before.is(',')) return true;
    return before.is_word() && after.is_word();
}

}  // namespace

std::vector<Token> tokenize(std::string_view text, std::size_t limit) {
    std::vector<Token> tokens;
    for (Lexer lexer(text); !lexer.ended() && tokens.size() < limit;)
        tokens.push_back(lexer.next());
    return tokens;
}

std::string quoted_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted += '"';
}

std::string written(const Token& token) {
    switch (token.kind) {
        case TokenKind::quoted_string:
            return quoted_string(token.text);
        case TokenKind::domain_literal:
            return "[" + token.text + "]";
        default:
            return token.text;
    }
}

std::string written(std::span<const Token> tokens) {
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0 && (tokens[i].is('<') || needs_blank(tokens[i - 1], tokens[i]))) text += ' ';
        text += written(tokens[i]);
    }
    return text;
}

std::string meant(std::span<const Token> tokens) {
    std::string text;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0 && needs_blank(tokens[i - 1], tokens[i])) text += ' ';
        text += tokens[i].kind == TokenKind::domain_literal ? written(tokens[i]) : tokens[i].text;
    }
    return text;
}

}  // namespace postern::mail
