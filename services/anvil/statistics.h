// The lines in which anvil tells of the busiest clients (anvil(8)).
#pragma once

#include "services/anvil/rates.h"

#include <string>
#include <vector>

namespace postern::anvil {

/// "statistics: max connection rate 3/60s for (smtp:192.0.2.1) at Nov 24 15:09:01" and its like,
/// one for each peak that is above zero.
std::vector<std::string> statistics(const Peaks& peaks, seconds rate_time_unit);

}  // namespace postern::anvil
