#include "rewrite/standard_form.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"

#include <algorithm>
#include <span>

namespace postern::rewrite {

namespace {

using mail::Token;
using mail::TokenKind;
using Tokens = std::vector<Token>;

Token special(char c) {
    return {TokenKind::special, std::string(1, c)};
}

auto last(Tokens& tokens, char c) {
    const auto found = std::find_if(tokens.rbegin(), tokens.rend(),
                                    [c](const Token& token) { return token.is(c); });
    return found == tokens.rend() ? tokens.end() : found.base() - 1;
}

auto first(Tokens& tokens, char c) {
    return std::find_if(tokens.begin(), tokens.end(),
                        [c](const Token& token) { return token.is(c); });
}

// "@one,@two:" before the address.
void strip_routes(Tokens& tokens) {
    while (tokens.size() > 1 && tokens.front().is('@')) {
        const auto colon = first(tokens, ':');
        if (colon == tokens.end() || colon + 1 == tokens.end()) return;
        tokens.erase(tokens.begin(), colon + 1);
    }
}

// One dot only: "example.com.." is no way to write a domain.
void strip_last_dot(Tokens& tokens) {
    const std::size_t size = tokens.size();
    if (size > 1 && tokens.back().is('.') && !tokens[size - 2].is('.') && !tokens[size - 2].is('@'))
        tokens.pop_back();
}

std::string written_address(Tokens& tokens) {
    const auto at = last(tokens, '@');
    const auto begin = tokens.begin();
    std::string text = mail::external_localpart(mail::meant(std::span(begin, at)));
    if (at == tokens.end()) return text;
    return text + "@" + mail::meant(std::span(at + 1, tokens.end()));
}

}  // namespace

std::string StandardForm::of_external(std::string_view address) const {
    if (address.empty() || mail::is_surely_standard(address)) return std::string(address);
    Tokens tokens = mail::tokenize(address);
    strip_routes(tokens);
    if (last(tokens, '@') == tokens.end()) use_operators(tokens);
    complete(tokens);
    strip_last_dot(tokens);
    return written_address(tokens);
}

std::string StandardForm::of_internal(std::string_view address) const {
    if (address.empty() || mail::is_surely_standard(address)) return std::string(address);
    return mail::internal(of_external(mail::external(address)));
}

void StandardForm::use_operators(Tokens& tokens) const {
    if (operators_.swap_bangpath) {
        if (const auto bang = first(tokens, '!'); bang != tokens.end()) {
            Tokens swapped(bang + 1, tokens.end());
            swapped.push_back(special('@'));
            swapped.insert(swapped.end(), tokens.begin(), bang);
            tokens = std::move(swapped);
            return;
        }
    }
    if (!operators_.allow_percent_hack) return;
    if (const auto percent = last(tokens, '%'); percent != tokens.end()) *percent = special('@');
}

void StandardForm::complete(Tokens& tokens) const {
    if (last(tokens, '@') == tokens.end() && !completion_.origin.empty()) {
        tokens.push_back(special('@'));
        std::ranges::move(mail::tokenize(completion_.origin), std::back_inserter(tokens));
    }
    const auto at = last(tokens, '@');
    if (at == tokens.end() || at + 1 == tokens.end() || completion_.domain.empty()) return;
    const bool is_complete = std::any_of(at + 1, tokens.end(), [](const Token& token) {
        return token.is('.') || token.kind == TokenKind::domain_literal;
    });
    if (is_complete) return;
    tokens.push_back(special('.'));
    std::ranges::move(mail::tokenize(completion_.domain), std::back_inserter(tokens));
}

}  // namespace postern::rewrite
