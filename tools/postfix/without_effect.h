// Parameters that are known and change nothing here, and why.
#pragma once

#include <string_view>

namespace postern::postfix {

/// Why setting the parameter has no effect.
std::string_view reason_without_effect(std::string_view parameter);

}  // namespace postern::postfix
