// Parameters that will go, and what to say in their place.
#pragma once

#include <string>
#include <string_view>

namespace postern::config {

/// "support for parameter "OLD" will be removed; instead, specify "NEW"", or "" for a parameter
/// that stays.
std::string deprecation(std::string_view parameter);

}  // namespace postern::config
