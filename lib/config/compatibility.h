// compatibility_level: which defaults an old configuration still has, and how it is reminded.
#pragma once

#include <optional>
#include <string_view>

namespace postern::config {

/// A default that changed with a level.
struct ChangedDefault {
    std::string_view name;
    std::string_view level;    ///< the first that has the new default
    std::string_view old;      ///< "append_dot_mydomain=yes", as the reminder says it
};

/// Nothing: the parameter's default depends on no level.
std::optional<ChangedDefault> changed_default(std::string_view name);

/// The last level that changed anything: what postfix(1) recommends to set.
inline constexpr std::string_view last_changed_level = "3.11";

}  // namespace postern::config
