#include "lib/mail/address_header.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <algorithm>
#include <tuple>

namespace postern::mail {

namespace {

/// "@one,@two:user@domain" is for user@domain (RFC 5321 section 4.1.1.3).
std::string_view without_route(std::string_view address) {
    if (!address.starts_with('@')) return address;
    bool is_in_literal = false;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] == '[' || address[i] == ']') is_in_literal = address[i] == '[';
        if (address[i] == ':' && !is_in_literal) return address.substr(i + 1);
    }
    return address;
}

}  // namespace

// Reads tokens from the last to the first, since only what follows tells what a word is: words
// before a `<` are a phrase, words before a `:` that has its `;` are the name of a group, all
// others are addresses. Pieces are gathered backwards too, and turned round at the end.
class AddressListParser {
public:
    AddressListParser(std::vector<Token> tokens, AddressHeader& header)
        : tokens_(std::move(tokens)), left_(tokens_.size()), header_(header) {}

    void parse() {
        while (left_ > 0)
            step();
        finish_address();
        turn_round();
    }

private:
    const Token& here() const { return tokens_[left_ - 1]; }

    void step() {
        const Token& token = here();
        if (token.is('>')) return route_address();
        if (token.is(',') || token.is(';')) return separator();
        if (token.is(':') && in_group_) return group_name();
        if (token.kind == TokenKind::comment) return comment();
        if (token.is_word() && !address_.empty() && address_.back().is_word()) missing_comma();
        address_.push_back(token);
        --left_;
    }

    void separator() {
        finish_address();
        if (here().is(';')) {
            if (!pieces_.empty() && !pieces_.back().token.is(',') && !pieces_.back().token.is(';'))
                put_special(",");
            in_group_ = true;
        }
        put(here());
        --left_;
    }

    // A comment beside or inside an address comes to stand after it.
    void comment() {
        if (address_.empty()) {
            loose_comment_ = here().text;
            put(here());
        } else {
            comments_.push_back(here());
        }
        --left_;
    }

    void missing_comma() {
        finish_address();
        put_special(",");
    }

    void finish_address() {
        if (address_.empty()) return;
        std::reverse(address_.begin(), address_.end());
        for (const Token& comment : comments_)
            put(comment);
        std::string name = !comments_.empty() ? comments_.back().text : loose_comment_;
        put_address(written(address_), without_parentheses(name));
        address_.clear();
        comments_.clear();
        loose_comment_.clear();
    }

    // phrase <address>
    void route_address() {
        if (!address_.empty()) missing_comma();
        put(here());
        --left_;
        std::vector<Token> inside;
        while (left_ > 0 && !here().is('<'))
            inside.push_back(tokens_[--left_]);
        for (const Token& token : inside) {
            if (token.kind == TokenKind::comment) put(token);
        }
        std::reverse(inside.begin(), inside.end());
        put_address(joined(inside), {});
        if (left_ > 0) {
            put(here());
            --left_;
        }
        const std::string name = phrase_words();
        entries_.back().full_name = name.empty() ? without_parentheses(loose_comment_) : name;
        loose_comment_.clear();
    }

    void group_name() {
        finish_address();
        put_special(": ");
        --left_;
        in_group_ = false;
        std::ignore = phrase_words();  // a group's name is no one's full name
    }

    // Puts all up to the comma before it; gives back what its words mean.
    std::string phrase_words() {
        std::vector<Token> words;
        while (left_ > 0 && !here().is(',') && !here().is('>')) {
            put(here());
            if (here().kind != TokenKind::comment) words.push_back(here());
            --left_;
        }
        std::reverse(words.begin(), words.end());
        return meant(words);
    }

    // Inside < > blanks mean nothing.
    static std::string joined(const std::vector<Token>& tokens) {
        std::string text;
        for (const Token& token : tokens) {
            if (token.kind != TokenKind::comment) text += written(token);
            if (token.is(',')) text += ' ';
        }
        return text;
    }

    static std::string without_parentheses(std::string_view comment) {
        if (comment.size() < 2) return {};
        return std::string(comment.substr(1, comment.size() - 2));
    }

    void put(const Token& token) { pieces_.push_back({token, false}); }
    void put_special(const char* special) { put({TokenKind::special, special}); }
    void put_address(std::string external, std::string full_name) {
        entries_.push_back({pieces_.size(), std::move(full_name)});
        pieces_.push_back({{TokenKind::atom, std::move(external)}, true});
    }

    void turn_round() {
        std::reverse(pieces_.begin(), pieces_.end());
        std::reverse(entries_.begin(), entries_.end());
        for (AddressHeader::Entry& entry : entries_)
            entry.piece = pieces_.size() - 1 - entry.piece;
        header_.pieces_ = std::move(pieces_);
        header_.entries_ = std::move(entries_);
    }

    std::vector<Token> tokens_;
    std::size_t left_;  // tokens that are not read yet, all before tokens_[left_]
    AddressHeader& header_;
    bool in_group_ = false;        // between `;` and the `:` before it
    std::vector<Token> address_;   // of the address here, backwards
    std::vector<Token> comments_;  // inside it, backwards
    std::string loose_comment_;    // the last one that stood after it
    std::vector<AddressHeader::Piece> pieces_;
    std::vector<AddressHeader::Entry> entries_;
};

AddressHeader::AddressHeader(std::string_view value, std::size_t token_limit) {
    AddressListParser(tokenize(value, token_limit), *this).parse();
}

const std::string& AddressHeader::external(std::size_t index) const {
    return pieces_[entries_[index].piece].token.text;
}

std::string AddressHeader::address(std::size_t index) const {
    return internal(without_route(external(index)));
}

void AddressHeader::replace(std::size_t index, std::string external) {
    std::string& text = pieces_[entries_[index].piece].token.text;
    if (text == external) return;
    text = std::move(external);
    changed_ = true;
}

std::string AddressHeader::field(std::string_view name) const {
    constexpr std::size_t width = 70;
    std::string text = std::string(name) + ":";
    std::size_t line_start = 0;
    for (std::size_t from = 0; from < pieces_.size();) {
        std::vector<Token> entry;
        do {
            entry.push_back(pieces_[from].token);
        } while (!pieces_[from++].token.is(',') && from < pieces_.size());
        const std::string entry_text = written(entry);
        if (line_start + width <= text.size() + 1 + entry_text.size() && text.back() == ',') {
            text += "\n\t";
            line_start = text.size();
        } else {
            text += ' ';
        }
        text += entry_text;
    }
    return text;
}

std::vector<std::string> addresses_in(std::string_view value, std::size_t token_limit) {
    const AddressHeader header(value, token_limit);
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < header.size(); ++i) {
        std::string address = header.address(i);
        if (!address.empty()) addresses.push_back(std::move(address));
    }
    return addresses;
}

std::string phrase(std::string_view name) {
    const auto tokens = tokenize(name);
    const bool is_plain = std::all_of(tokens.begin(), tokens.end(), [](const Token& token) {
        return token.kind == TokenKind::atom;
    });
    return is_plain && name.find('\\') == std::string_view::npos ? std::string(name)
                                                                 : quoted_string(name);
}

}  // namespace postern::mail
