// The C-style escapes in values of main.cf and master.cf, and in log lines that show input.
#pragma once

#include <string>
#include <string_view>

namespace postern {

/// \a \b \f \n \r \t \v \\ and \ddd (one to three octal digits) replaced by the byte that they
/// mean; any other escaped character stands for itself. A final backslash stays.
std::string unescaped(std::string_view text);

/// The other way round: every byte that is no printable ASCII character, and the backslash, as such
/// an escape; others as three octal digits.
std::string escaped(std::string_view text);

}  // namespace postern
