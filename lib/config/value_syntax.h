// The syntax of typed values: yes and no, numbers, times with units.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/config/parameter.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::config {

/// "yes" or "no", in any case.
std::optional<bool> parse_boolean(std::string_view value);

/// "10", "10s", "5m", "3h", "2d", "1w"; without a unit it is in `default_unit`. Nothing: no time,
/// or above 2^31-1 seconds.
std::optional<seconds> parse_time(std::string_view value, char default_unit = 's');

/// The expanded value of a parameter as a number: 0 or 1 for a boolean, seconds for a time, 0 for
/// text. Errors in the words of Postfix's log lines, "bad numerical configuration: NAME = VALUE".
Result<std::int64_t> parse_value(const Parameter& parameter, std::string_view name,
                                 std::string_view value);

}  // namespace postern::config
