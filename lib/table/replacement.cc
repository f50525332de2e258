// Replacement text of pattern tables.
#include "lib/table/replacement.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <algorithm>

namespace postern::table {

namespace {

struct Reference {
    std::string_view name;
    std::size_t size;   ///< of the whole reference, without the dollar sign
};

/// The reference that begins behind a dollar sign.
Result<Reference> parse_reference(std::string_view rest, std::string_view whole) {
    if (rest.starts_with('{') || rest.starts_with('(')) {
        const auto end = rest.find(rest.front() == '{' ? '}' : ')');
        if (end == rest.npos)
            return permanent(fmt::format("truncated macro reference: \"{}\"", whole));
        return Reference{rest.substr(1, end - 1), end + 1};
    }
    const auto is_name = [](char c) { return is_ascii_alnum(c) || c == '_'; };
    const auto size = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_name) -
                                               rest.begin());
    if (size == 0) return permanent(fmt::format("empty macro name: \"{}\"", whole));
    return Reference{rest.substr(0, size), size};
}

Result<unsigned> parse_index(std::string_view name) {
    const auto number = parse_number(name);
    if (!number) return permanent(fmt::format("non-numeric replacement index \"{}\"", name));
    if (*number == 0 || *number > 65535)
        return permanent(fmt::format("out of range replacement index \"{}\"", name));
    return static_cast<unsigned>(*number);
}

}  // namespace

Replacement Replacement::literal(std::string_view text) {
    Replacement replacement;
    replacement.pieces_.push_back({std::string(text)});
    return replacement;
}

Result<Replacement> Replacement::parse(std::string_view text) {
    Replacement replacement;
    std::string literal;
    for (std::string_view rest = text; !rest.empty();) {
        const auto dollar = rest.find('$');
        literal += rest.substr(0, dollar);
        if (dollar == rest.npos) break;
        rest.remove_prefix(dollar + 1);
        if (rest.starts_with('$')) {
            literal += '$';
            rest.remove_prefix(1);
            continue;
        }
        auto reference = parse_reference(rest, text);
        if (!reference) return reference.error();
        auto index = parse_index(reference->name);
        if (!index) return index.error();
        replacement.pieces_.push_back({std::exchange(literal, {}), *index});
        rest.remove_prefix(reference->size);
    }
    if (!literal.empty()) replacement.pieces_.push_back({literal});
    return replacement;
}

unsigned Replacement::highest_index() const noexcept {
    unsigned highest = 0;
    for (const Piece& piece : pieces_) highest = std::max(highest, piece.index);
    return highest;
}

std::string Replacement::expand(const Captures& captures) const {
    std::string result;
    for (const Piece& piece : pieces_) {
        result += piece.text;
        if (piece.index > 0 && piece.index < captures.size()) result += captures[piece.index];
    }
    return result;
}

}  // namespace postern::table
