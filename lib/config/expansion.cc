// Expansion by recursive descent over the text between "${" and its "}".
#include "lib/config/expansion.h"

#include "lib/base/strings.h"
#include "lib/config/idna.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace postern::config {

namespace {

constexpr bool is_name_char(char c) { return is_ascii_alnum(c) || c == '_'; }

/// The bytes up to and with the partner of the bracket that `text` starts with; 0 without one.
std::size_t bracketed_length(std::string_view text, char open, char close) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == open) ++depth;
        if (text[at] == close && --depth == 0) return at + 1;
    }
    return 0;
}

/// A text that is read from the left.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    std::string_view rest() const { return text_.substr(at_); }
    bool at_end() const { return at_ == text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    void skip(std::size_t count) { at_ += count; }
    void skip_blanks() { at_ = text_.size() - trim_left(rest()).size(); }
    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    std::string_view take_name() {
        const auto start = at_;
        while (!at_end() && is_name_char(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }
    /// A syntax error here, in Postfix's words: `what at: "...before>>>after"`.
    Error error(std::string_view what) const {
        const auto from = at_ > 30 ? at_ - 30 : 0;
        return permanent(fmt::format("{} at: \"...{}>>>{}\"", what,
                                     printable(text_.substr(from, at_ - from)),
                                     printable(rest().substr(0, 30))));
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// The names that are being expanded, outermost first.
struct Chain {
    std::string_view name;
    const Chain* outer;
};

std::string describe(const Chain& chain) {
    return chain.outer ? fmt::format("{} -> {}", describe(*chain.outer), chain.name)
                       : std::string(chain.name);
}

bool holds(const Chain* chain, std::string_view name) {
    for (; chain; chain = chain->outer)
        if (chain->name == name) return true;
    return false;
}

// ---- comparisons -------------------------------------------------------------------------------

struct Operator {
    std::string_view text;
    bool (*holds)(std::strong_ordering);
};

constexpr std::array<Operator, 6> operators{{
    {"==", [](std::strong_ordering o) { return o == 0; }},
    {"!=", [](std::strong_ordering o) { return o != 0; }},
    {"<=", [](std::strong_ordering o) { return o <= 0; }},
    {">=", [](std::strong_ordering o) { return o >= 0; }},
    {"<", [](std::strong_ordering o) { return o < 0; }},
    {">", [](std::strong_ordering o) { return o > 0; }},
}};

const Operator* take_operator(Cursor& at) {
    for (const auto& op : operators) {
        if (!at.rest().starts_with(op.text)) continue;
        at.skip(op.text.size());
        return &op;
    }
    return nullptr;
}

Result<std::strong_ordering> compare_levels(std::string_view a, std::string_view b) {
    const auto left = parse_level(a);
    if (!left) return left.error();
    const auto right = parse_level(b);
    if (!right) return right.error();
    return *left <=> *right;
}

Result<std::strong_ordering> compare_values(std::string_view a, std::string_view b) {
    if (!is_all_digits(a) || !is_all_digits(b)) return a <=> b;
    const auto left = parse_number(a);
    const auto right = parse_number(b);
    if (!left || !right)
        return permanent(fmt::format("number too large: \"{}\"", printable(left ? b : a)));
    return *left <=> *right;
}

// ---- the expressions ---------------------------------------------------------------------------

/// What stands before "?" or ":", and what it is worth alone.
struct Condition {
    bool is_true;
    std::string alone;
};

class Expander {
public:
    explicit Expander(const Lookup& lookup) : lookup_(lookup) {}

    Result<std::string> text(std::string_view text, const Chain* chain) const;
    Result<std::string> value(std::string_view name, const Chain* chain) const;

private:
    Result<std::string> reference(Cursor& at, const Chain* chain) const;
    Result<std::string> bracketed(std::string_view inside, const Chain* chain) const;
    Result<Condition> condition(Cursor& at, const Chain* chain) const;
    Result<Condition> comparison(Cursor& at, const Chain* chain) const;
    Result<std::string> function(std::string_view name, Cursor& at, const Chain* chain) const;
    Result<std::string> operand(Cursor& at, const Chain* chain) const;
    Result<std::string> choice(Cursor& at, bool is_true, const Chain* chain) const;

    const Lookup& lookup_;
};

Result<std::string> Expander::text(std::string_view text, const Chain* chain) const {
    std::string result;
    Cursor at(text);
    while (!at.at_end()) {
        const auto plain = std::min(at.rest().find('$'), at.rest().size());
        result += at.rest().substr(0, plain);
        at.skip(plain);
        if (!at.take('$')) break;
        if (at.take('$')) {
            result += '$';
            continue;
        }
        auto piece = reference(at, chain);
        if (!piece) return piece;
        result += *piece;
    }
    return result;
}

/// What follows a "$".
Result<std::string> Expander::reference(Cursor& at, const Chain* chain) const {
    const char open = at.peek();
    if (open != '{' && open != '(') {
        const auto rest = at.rest();
        const auto name = at.take_name();
        if (!name.empty()) return value(name, chain);
        return permanent(fmt::format("empty macro name: \"${}\"", printable(rest)));
    }
    const auto length = bracketed_length(at.rest(), open, open == '{' ? '}' : ')');
    if (length == 0)
        return permanent(fmt::format("truncated macro reference: \"${}\"", printable(at.rest())));
    const auto inside = at.rest().substr(1, length - 2);
    at.skip(length);
    return bracketed(inside, chain);
}

Result<std::string> Expander::bracketed(std::string_view inside, const Chain* chain) const {
    Cursor at(inside);
    at.skip_blanks();
    if (at.at_end()) return permanent("empty macro name: \"${}\"");
    if (at.peek() != '{') {
        Cursor ahead = at;
        const auto name = ahead.take_name();
        if (ahead.peek() == '{') return function(name, ahead, chain);
    }
    auto test = condition(at, chain);
    if (!test) return test.error();
    at.skip_blanks();
    if (at.at_end()) return std::move(test->alone);
    return choice(at, test->is_true, chain);
}

Result<Condition> Expander::condition(Cursor& at, const Chain* chain) const {
    if (at.peek() == '{') return comparison(at, chain);
    const auto name = at.take_name();
    at.skip_blanks();
    if (name.empty() || (!at.at_end() && at.peek() != '?' && at.peek() != ':'))
        return at.error("attribute name syntax error");
    if (at.at_end()) {
        auto expanded = value(name, chain);
        if (!expanded) return expanded.error();
        return Condition{!expanded->empty(), std::move(*expanded)};
    }
    const auto found = lookup_(name);   // what is asked is whether it is set to anything
    return Condition{found && !found->empty(), ""};
}

Result<Condition> Expander::comparison(Cursor& at, const Chain* chain) const {
    auto left = operand(at, chain);
    if (!left) return left.error();
    at.skip_blanks();
    const auto* op = take_operator(at);
    if (!op) return at.error("\"==\", \"!=\", \"<\", \"<=\", \">=\" or \">\" expected");
    const bool by_level = at.rest().starts_with("level");
    if (by_level) at.skip(5);
    auto right = operand(at, chain);
    if (!right) return right.error();
    auto order = by_level ? compare_levels(*left, *right) : compare_values(*left, *right);
    if (!order) return order.error();
    const bool is_true = op->holds(*order);
    return Condition{is_true, is_true ? "true" : ""};
}

Result<std::string> Expander::operand(Cursor& at, const Chain* chain) const {
    at.skip_blanks();
    const auto length = at.peek() == '{' ? bracketed_length(at.rest(), '{', '}') : 0;
    if (length == 0) return at.error("\"{expression}\" expected");
    const auto inside = at.rest().substr(1, length - 2);
    at.skip(length);
    return text(inside, chain);
}

/// "?{x}:{y}", "?x", ":y" and their mixtures; only the part that counts is expanded.
Result<std::string> Expander::choice(Cursor& at, bool is_true, const Chain* chain) const {
    std::string_view when_true, when_false;
    const auto take_branch = [&at](std::string_view& branch) {
        Cursor ahead = at;
        ahead.skip_blanks();
        const auto length =
            ahead.peek() == '{' ? bracketed_length(ahead.rest(), '{', '}') : 0;
        branch = length ? ahead.rest().substr(1, length - 2) : at.rest();
        if (length) at = ahead;
        at.skip(length ? length : at.rest().size());
        at.skip_blanks();
    };
    if (at.take('?')) {
        take_branch(when_true);
        if (!at.at_end() && at.peek() != ':') return at.error("\":\" expected");
    } else if (at.peek() != ':') {
        return at.error("\"?\" or \":\" expected");
    }
    if (at.take(':')) take_branch(when_false);
    if (!at.at_end()) return at.error("unexpected input");
    return text(is_true ? when_true : when_false, chain);
}

Result<std::string> Expander::function(std::string_view name, Cursor& at,
                                       const Chain* chain) const {
    if (name != "domain_to_ascii") return at.error("attribute name syntax error");
    auto argument = operand(at, chain);
    if (!argument) return argument;
    at.skip_blanks();
    if (!at.at_end()) return at.error("unexpected input");
    return domain_to_ascii(*argument);
}

Result<std::string> Expander::value(std::string_view name, const Chain* chain) const {
    const Chain link{name, chain};
    if (holds(chain, name))
        return permanent(fmt::format("parameter refers to itself: {}", describe(link)));
    const auto found = lookup_(name);
    if (!found) return std::string();
    return text(*found, &link);
}

}  // namespace

Result<std::string> expand(std::string_view text, const Lookup& lookup) {
    return Expander(lookup).text(text, nullptr);
}

Result<std::string> expand_name(std::string_view name, const Lookup& lookup) {
    return Expander(lookup).value(name, nullptr);
}

void for_each_name(std::string_view text,
                   const std::function<void(std::string_view name)>& visit) {
    for (Cursor at(text); !at.at_end();) {
        at.skip(std::min(at.rest().find('$'), at.rest().size()));
        if (!at.take('$') || at.take('$')) continue;
        if (at.peek() == '{' || at.peek() == '(') at.skip(1);
        at.skip_blanks();
        const auto name = at.take_name();
        if (!name.empty() && at.peek() != '{') visit(name);   // what "{" follows is a function
    }
}

Result<Level> parse_level(std::string_view text) {
    Level level;
    std::array<long*, 3> parts{&level.major, &level.minor, &level.patch};
    const auto malformed = [&] {
        return permanent(fmt::format("malformed compatibility level syntax: \"{}\"",
                                     printable(text)));
    };
    std::size_t count = 0;
    for (std::string_view rest = text;; ++count) {
        const auto dot = rest.find('.');
        const auto number = parse_number(rest.substr(0, dot));
        if (count == parts.size() || !number || *number > 1'000'000) return malformed();
        *parts[count] = static_cast<long>(*number);
        if (dot == std::string_view::npos) return level;
        rest.remove_prefix(dot + 1);
    }
}

}  // namespace postern::config
