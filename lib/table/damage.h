// Tables whose files cannot be relied on.
#pragma once

#include <string_view>

namespace postern::table {

/// Reads the whole file of "type:name", which has just been opened to write, to find the damage that
/// would else be told each time that a page of it is needed. False for a type without a check.
bool is_damaged(std::string_view name);

}  // namespace postern::table
