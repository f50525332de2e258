// Text in JSON.
#pragma once

#include <string>
#include <string_view>

namespace postern::report {

/// With its quotes (RFC 8259 section 7); bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace postern::report
