// The language of values in main.cf and master.cf (postconf(5)):
//   $name ${name} $(name)      the value of name, itself expanded; empty when there is none
//   ${name?text} ${name:text}  text when name is not empty (is empty); text or {text}
//   ${name?{text}:{text}}      one or the other
//   ${{a} OP {b}?{x}:{y}}      OP is == != < <= >= >, numeric when both are all digits, or one of
//                              them followed by "level", which compares compatibility levels
//   ${domain_to_ascii{text}}   A-labels of a domain (RFC 5890)
//   $$                         a $
#pragma once

#include "lib/base/result.h"

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace postern::config {

/// The unexpanded value of a name; nothing when there is no such name.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Errors: bad syntax, quoting the place; a name that refers to itself, with the whole chain
/// "a -> b -> a".
Result<std::string> expand(std::string_view text, const Lookup& lookup);

/// The expanded value of a name; empty when there is no such name.
Result<std::string> expand_name(std::string_view name, const Lookup& lookup);

/// What `text` would look up, in any branch, for the search of unused names; syntax errors end it.
void for_each_name(std::string_view text, const std::function<void(std::string_view name)>& visit);

/// compatibility_level: "2", "3.6", "3.12.1".
struct Level {
    long major = 0;
    long minor = 0;
    long patch = 0;
    friend auto operator<=>(const Level&, const Level&) = default;
};
Result<Level> parse_level(std::string_view text);

}  // namespace postern::config
