// Domain names in A-label form (RFC 5890), for ${domain_to_ascii{...}}.
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::config {

/// ASCII comes back as it is. Error: not valid UTF-8, or no valid domain name.
Result<std::string> domain_to_ascii(std::string_view domain);

}  // namespace postern::config
