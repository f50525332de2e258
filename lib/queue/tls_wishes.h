// What the sender of a message wishes of TLS on its way: attributes (`A` records) of the message,
// in its envelope, or in the extracted section where its header says so.
#pragma once

#include <string_view>

namespace postern::queue {

/// "yes": REQUIRETLS (RFC 8689). It wins over the other.
inline constexpr std::string_view requiretls = "requiretls";
/// "no": "TLS-Required: no", deliver rather than insist (RFC 8689 section 5).
inline constexpr std::string_view tls_required = "tls_required";

}  // namespace postern::queue
