// Text between braces: "{ a, { b = c } }", as inline:, pipemap: and the tables have it that keep
// their contents in their name.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::table {

/// What is between the brace with which `text` begins and the one that closes it, without the
/// blanks at both ends. Errors, as Postfix words them: "missing '}' in ...", "no '{' at start of
/// text in ...", "syntax error after '}' in ...".
Result<std::string> inside_braces(std::string_view text);

/// The non-empty pieces between commas and blanks of `text`, which must be one pair of braces;
/// a pair within is a piece. Error: the text is not of that form.
Result<std::vector<std::string>> braced_list(std::string_view text);

/// Writes each rule of "{ { rule }, { rule } }" as a line of a file.
Result<std::string> rules_as_text(std::string_view text);

}  // namespace postern::table
