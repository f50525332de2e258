// Parameters that are known and change nothing here.
#pragma once

#include <string_view>

namespace postern::postfix {

/// Whether the documentation says of the parameter that it is silently ignored, or is for something
/// that is not part of this mail system: nothing is missing here then, and nothing need be said.
bool is_ignored_by_design(std::string_view parameter);

}  // namespace postern::postfix
