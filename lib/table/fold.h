// The case of lookup keys.
#pragma once

#include <string>
#include <string_view>

namespace postern::table {

/// Whether folded(key) would differ from it, as far as a glance tells; false is certain.
bool may_fold(std::string_view key, bool utf8) noexcept;

/// `key` without distinctions of case: ASCII letters in lower case, and with `utf8` full Unicode
/// case folding (of valid UTF-8; other bytes are left as they are).
std::string folded(std::string_view key, bool utf8);

}  // namespace postern::table
