// Base64 (RFC 4648 section 4), without line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern {

std::string base64_encoded(std::string_view bytes);
/// Nothing when `text` is not base64: another character, a wrong length, bits that are lost.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace postern
