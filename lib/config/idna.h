// Domain names in A-label and U-label form (RFC 5890).
#pragma once

#include "lib/base/result.h"

#include <string>
#include <string_view>

namespace postern::config {

/// The A-label form of a domain (UTS 46; `transitional`: enable_idna2003_compatibility), lower case
/// where it was not ASCII; ASCII as it is. Error (permanent): not a domain name; it says why.
Result<std::string> domain_to_ascii(std::string_view domain, bool transitional = false);
/// The U-label form; ASCII without "xn--" labels as it is.
Result<std::string> domain_to_utf8(std::string_view domain, bool transitional = false);

}  // namespace postern::config
