#include "lib/mail/smtp_path.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/address_header.h"
#include "lib/mail/token.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::mail {

namespace {

// "TO:" and "FROM:" are words of their own, wherever they stand: "RCPT TO:TO:<a@example.com>" has a
// recipient "TO:" and a parameter that nobody knows.
std::size_t keyword_end(std::string_view text) {
    if (starts_with_same(text, "TO:")) return 3;
    return starts_with_same(text, "FROM:") ? 5 : 0;
}

std::size_t path_end(std::string_view text) {
    if (const std::size_t end = keyword_end(text)) return end;
    bool in_quotes = false;
    bool in_brackets = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\')
            ++i;
        else if (c == '"')
            in_quotes = !in_quotes;
        else if (c == '<' && !in_quotes)
            in_brackets = true;
        else if (c == '>' && !in_quotes)
            in_brackets = false;
        else if (is_blank(c) && !in_quotes && !in_brackets)
            return i;
    }
    return text.size();
}

// "@one,@two:" before an address (RFC 5321 section 4.1.1.3 asks to ignore it).
std::string_view without_route(std::string_view address) {
    if (!address.starts_with('@')) return address;
    const auto colon = address.find(':');
    return colon == std::string_view::npos ? address : address.substr(colon + 1);
}

Error bad_path(std::string_view path, std::string_view why) {
    return permanent(fmt::format("{}: {}", why, printable(path, 100)));
}

bool has_phrase_or_comment(std::string_view path) {
    const auto tokens = tokenize(path);
    if (tokens.size() < 2 || !tokens.front().is('<') || !tokens.back().is('>')) return true;
    return std::any_of(tokens.begin(), tokens.end(),
                       [](const Token& token) { return token.kind == TokenKind::comment; });
}

// "<<a@example.com>>" of clients that put brackets around an address that has them, and
// "<Name<a@example.com>>" where it has a name, too.
std::string_view without_outer_brackets(std::string_view path) {
    const bool has_name = path.starts_with('<') && !path.starts_with("<<");
    if (has_name && path.ends_with(">>") && std::ranges::count(path, '<') == 2)
        return path.substr(1, path.size() - 2);
    while (path.starts_with("<<") && path.ends_with(">>"))
        path = path.substr(1, path.size() - 2);
    while (path.ends_with(">>"))
        path.remove_suffix(1);
    return path;
}

bool is_separator(const Token& token) {
    return token.kind == TokenKind::special &&
           std::string_view(",;<>()").find(token.text) != std::string_view::npos;
}

using TokenAt = std::vector<Token>::const_iterator;

// Past the `<` and a source route with its commas.
TokenAt after_route(TokenAt open, TokenAt end) {
    if (open == end) return end;
    const TokenAt first = open + 1;
    if (first == end || !first->is('@')) return first;
    const auto colon = std::find_if(first, end, [](const Token& token) { return token.is(':'); });
    return colon == end ? first : colon + 1;
}

// Between brackets may stand one address and comments, with all else quoted.
bool has_separators(std::string_view path) {
    const auto tokens = tokenize(path);
    const auto open =
        std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.is('<'); });
    if (std::any_of(tokens.begin(), open, [](const Token& t) { return t.is(':'); }) &&
        open != tokens.end())
        return true;    // "group:<address>" is no path
    const Token* word_before = nullptr;
    for (auto token = after_route(open, tokens.end()); token != tokens.end(); ++token) {
        if (token->is('>')) return false;
        if (token->kind == TokenKind::comment) continue;
        if (is_separator(*token) || (word_before && token->is_word())) return true;
        word_before = token->is_word() ? &*token : nullptr;
    }
    return open != tokens.end();
}

bool has_open_quote(std::string_view path) {
    bool in_quotes = false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\') ++i;
        else if (path[i] == '"') in_quotes = !in_quotes;
    }
    return in_quotes;
}

Result<std::string> only_address(std::string_view path, const PathRules& rules) {
    if (keyword_end(path) && !rules.strict) return std::string(path);
    path = without_outer_brackets(path);
    if (rules.strict && has_phrase_or_comment(path)) return bad_path(path, "not enclosed in <>");
    if (has_open_quote(path)) return bad_path(path, "quote without end");
    const AddressHeader list(path);
    if (list.size() != 1) return bad_path(path, "not exactly one address");
    if (has_separators(path)) return bad_path(path, "characters that must be quoted");
    std::string address = internal(without_route(list.external(0)));
    if (rules.strict && address.starts_with('@')) return bad_path(path, "no local part");
    return address;
}

}  // namespace

Result<PathArgument> parse_path_argument(std::string_view text, const PathRules& rules) {
    text = trim(text);
    PathArgument argument;
    argument.path = text.substr(0, path_end(text));
    argument.parameters = trim(text.substr(argument.path.size()));
    if (argument.path.empty()) return permanent("no address");
    // A source route may lack its brackets.
    const bool is_bare_route = argument.path.starts_with('@') && !rules.strict;
    auto address = only_address(is_bare_route ? fmt::format("<{}>", argument.path) : std::string(argument.path), rules);
    if (!address) return address.error();
    if (address->empty() && !rules.allow_empty) return bad_path(argument.path, "empty address");
    argument.address = std::move(*address);
    return argument;
}

}  // namespace postern::mail
