// Parameters that Postfix does not have.
#pragma once

#include "lib/config/parameter.h"

#include <array>

namespace postern::config {

inline constexpr auto postern_parameters = std::to_array<Parameter>({
    /// The most sessions that one process of an event service holds; never above its descriptors.
    number("process_session_limit", "2000").at_least(1),
});

}  // namespace postern::config
