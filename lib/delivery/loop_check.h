// Mail that comes back to where it has been delivered before.
#pragma once

#include "lib/base/result.h"
#include "lib/queue/content.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::delivery {

/// The addresses of the Delivered-To fields in the header of a message, in internal form and lower
/// case. A message whose field names its recipient is in a loop. Error: damage of the queue file.
Result<std::vector<std::string>> delivered_to(queue::ContentReader content);

/// `addresses` has that address (internal form).
bool is_among(const std::vector<std::string>& addresses, std::string_view address);

}  // namespace postern::delivery
