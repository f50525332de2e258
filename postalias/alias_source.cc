// Reads the source of an alias database.
#include "postalias/alias_source.h"

#include "lib/base/clock.h"
#include "lib/base/strings.h"
#include "lib/mail/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace postern::postalias {

namespace {

using mail::Token;
using mail::TokenKind;
using Tokens = std::span<const Token>;

bool may_stand_unquoted(std::string_view name) {
    const auto tokens = mail::tokenize(name);
    const bool is_dot_atom = std::ranges::all_of(tokens, [](const Token& token) {
        return token.kind == TokenKind::atom || token.is('.');
    });
    return is_dot_atom && std::ranges::none_of(name, is_blank) && mail::written(tokens) == name;
}

/// A name without its quotes, as the databases of all versions have it.
std::string internal_name(Tokens tokens) {
    std::string name;
    for (const Token& token : tokens) {
        const bool needs_blank = !name.empty() && token.is_word() && (&token - 1)->is_word();
        name += (needs_blank ? " " : "") + token.text;
    }
    return name;
}

/// An atom into which a backslash brought a blank or a special is quoted instead.
std::vector<Token> tokens_of(std::string_view line) {
    auto tokens = mail::tokenize(line);
    for (Token& token : tokens)
        if (token.kind == TokenKind::atom && !may_stand_unquoted(token.text))
            token.kind = TokenKind::quoted_string;
    return tokens;
}

bool is_command_sign(const Token& token) {
    return token.kind == TokenKind::atom && token.text == "|";
}

/// The value in standard form; but `|"command"` keeps its parts together.
std::string written_value(Tokens tokens) {
    std::string value;
    std::size_t done = 0;
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
        if (!is_command_sign(tokens[at]) || tokens[at + 1].kind != TokenKind::quoted_string)
            continue;
        const auto before = mail::written(tokens.subspan(done, at + 1 - done));
        value += before;
        done = at + 1;
    }
    return value + mail::written(tokens.subspan(done));
}

}  // namespace

Result<table::Entry> parse_alias(std::string_view line) {
    const auto tokens = tokens_of(line);
    const Tokens all(tokens);
    const auto colon = static_cast<std::size_t>(
        std::ranges::find_if(all, [](const Token& token) { return token.is(':'); }) - all.begin());
    const auto name = all.first(colon);
    if (colon == all.size() || colon + 1 == all.size() || name.empty())
        return permanent("need name:value pair");
    if (std::ranges::any_of(name, [](const Token& token) { return token.is('@'); }))
        return permanent("name must be local");
    if (std::ranges::any_of(name, [](const Token& token) { return token.is(','); }))
        return permanent("need name:value pair");
    return table::Entry{internal_name(name), written_value(all.subspan(colon + 1))};
}

Result<void> AliasSource::read(std::string_view content, const std::string& file, const Put& put) {
    const bool utf8 = registry_.settings().smtputf8_enable && !options_.without_utf8;
    const auto warn = [this, &file](std::size_t line, std::string_view text) {
        registry_.warn(fmt::format("{}, line {}: {}", file, line, text));
    };
    table::LogicalLines lines(content, file,
                              [this](const std::string& text) { registry_.warn(text); });
    while (const auto line = lines.next()) {
        if (utf8 && !is_valid_utf8(line->text)) {
            warn(line->number, fmt::format("non-UTF-8 input \"{}\" -- ignoring this line",
                                           printable(line->text)));
            continue;
        }
        auto entry = parse_alias(line->text);
        if (!entry)
            warn(line->number, entry.error().text);
        else if (auto done = put(entry->key, entry->value); !done)
            return done;
    }
    return success();
}

std::vector<table::Entry> AliasSource::further_entries() {
    return {{"@", "@"},
            {"YP_LAST_MODIFIED", fmt::format("{:010}", to_unix(system_clock().wall()))},
            {"YP_MASTER_NAME", host_name_}};
}

}  // namespace postern::postalias
