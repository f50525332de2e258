// The outcome as people read it.
#pragma once

#include "tools/qshape/distribution.h"

#include <string>
#include <vector>

namespace postern::qshape {

/// A heading with the limits of the buckets in minutes, and a line for each row. Columns are as
/// wide as they need to be, and the last ends at `width`; domains are to the left of them, right
/// justified, and their beginnings give way where there is no room.
std::string table(const std::vector<Row>& rows, const std::vector<minutes>& limits,
                  std::size_t width);

}  // namespace postern::qshape
